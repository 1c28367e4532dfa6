% A proof by induction: "Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: ...".
% Valid, or the number of the first line that does not follow from those before it. Lines are read as terms, in which
% k (also for n), m, g, s(k), s(3) and r(3) are names and operations are Prolog's; then they are calculated.
:- use_module(questions).
:- use_module(library(dcg/basics), [digits//1]).
% 2 / 4 is 1r2, 2^(-1) too, and nothing is ever rounded.
:- set_prolog_flag(prefer_rationals, true).

answer(proof(Text), Answer) :-
    split_string(Text, ";\n", " \t\r", Parts),
    exclude(==(""), Parts, Texts),
    unnumbered(Texts, 1, Lines),
    phrase(proof(Claim, Said), Lines),
    table_start(Claim, Index),
    first_wrong(Said, 1, Claim, Index, Answer).

unnumbered([], _, []).
unnumbered([Text | Texts], N, [Line | Lines]) :-
    string_codes(Text, Codes),
    phrase(numbered(N), Codes, Line),
    Next is N + 1,
    unnumbered(Texts, Next, Lines).

numbered(N) --> digits([Digit | Digits]), ". ", !, { number_codes(N, [Digit | Digits]) }.
numbered(_) --> [].

% Lines to the claim, adds(A, B, Term, F, Start), divides(D, F, Start) or exceeds(F, G, Start), where F is the function that
% it is about; and to what each line says. Es are the expressions of "A = B = C".

proof(Claim, [claim, Base, Hypothesis, Step | Said]) -->
    line(claim(Claim)),
    { functor(Claim, Subject, _) },
    line(base(Subject, Base)),
    line(hypothesis(Subject, Hypothesis)),
    line(step(Subject, Step)),
    behind_step(Subject, Said).

line(Rule) --> [Codes], { phrase(Rule, Codes) }.

behind_step(Subject, [equal(Es) | Said]) --> line(goes_on(Es)), !, behind_step(Subject, Said).
behind_step(exceeds, [Bound, End | Rows]) --> !, line(bound(Bound)), line(conclusion(End)), rows(exceeds, Rows).
behind_step(Subject, Rows) --> rows(Subject, Rows).

rows(Subject, [Row | Rows]) --> line(row(Subject, Row)), !, rows(Subject, Rows).
rows(_, []) --> [].

claim(adds(A, B, Term, F, Start)) -->
    "Claim: S(n) = ", number(A), " + ", number(B), " + ... + ", product(Term), " = ", sum(F), start(Start).
claim(divides(D, F, Start)) --> "Claim: ", number(D), " divides D(n) = ", sum(F), start(Start).
claim(exceeds(F, G, Start)) --> "Claim: ", sum(F), " > ", sum(G), start(Start).

start(Start) --> " for all n >= ", number(Start).

base(adds, base(I, Es)) --> "Base: S(", number(I), ") = ", chain(Es).
base(divides, base(I, Es)) --> "Base: D(", number(I), ") = ", chain(Es).
base(exceeds, base(Es > Fs)) --> "Base: ", chain(Es), " > ", chain(Fs).

hypothesis(adds, hypothesis(E, [])) --> "Hypothesis: S(k) = ", sum(E).
hypothesis(divides, hypothesis(E, [F])) --> "Hypothesis: D(k) = ", sum(E), " = ", sum(F).
hypothesis(exceeds, hypothesis(E, [F])) --> "Hypothesis: ", sum(E), " = ", sum(F), " with g > 0".

step(adds, step(I, Es)) --> "Step: S(", sum(I), ") = ", chain(Es).
step(divides, step(I, Es)) --> "Step: D(", sum(I), ") = ", chain(Es).
step(exceeds, step_from(E, Es)) --> "Step: ", sum(E), " = ", chain(Es).

goes_on(Es) --> "= ", chain(Es).
bound(bound(E, Es, Start)) --> "Bound: ", sum(E), " >= ", chain(Es), " for k >= ", number(Start).
conclusion(conclusion(E > F)) --> "Conclusion: ", sum(E), " > ", sum(F).

row(adds, row(I, Es)) --> "S(", number(I), ") = ", chain(Es).
row(divides, row(I, R, Es)) --> "R(", number(I), ") = ", number(R), ", as ", chain(Es).
row(exceeds, row(I, Es > Fs)) --> "n = ", number(I), ": ", chain(Es), " > ", chain(Fs).

chain([E | Es]) --> sum(E), behind_first(Es).

behind_first(Es) --> " = ", !, chain(Es).
behind_first([]) --> [].

% Expressions. What stands to the left comes as an argument: a rule that began with itself would never end.

sum(Sum) --> "-", !, product(A), behind_sum(0 - A, Sum).
sum(Sum) --> product(A), behind_sum(A, Sum).

behind_sum(A, Sum) --> " + ", !, product(B), behind_sum(A + B, Sum).
behind_sum(A, Sum) --> " - ", !, product(B), behind_sum(A - B, Sum).
behind_sum(Sum, Sum) --> [].

product(Product) --> factor(A), behind_product(A, Product).

behind_product(A, Product) --> "*", !, factor(B), behind_product(A * B, Product).
behind_product(A, Product) --> "/", !, factor(B), behind_product(A / B, Product).
behind_product(A, Product) --> name(Name), !, power(Name, B), behind_product(A * B, Product).
behind_product(Product, Product) --> [].

factor(Factor) --> atom(A), power(A, Factor).

power(A, A ^ B) --> "^", !, atom(B).
power(A, A) --> [].

atom(A) --> number(A) | name(A).

name(k) --> "k" | "n".
name(m) --> "m".
name(g) --> "g".
name(s(I)) --> "S(", sum(I), ")".
name(r(I)) --> "R(", sum(I), ")".
name(Inside) --> "(", sum(Inside), ")".

number(0) --> "0", !.
number(N) --> digits([Digit | Digits]), { number_codes(N, [Digit | Digits]) }.

% What follows from what.

%!  first_wrong(+Said, +N, +Claim, +Index, -Answer): the lines from line N on; Index is that of the row before.
first_wrong([], _, _, _, valid).
first_wrong([Said | Rest], N, Claim, Index, Answer) :-
    (   follows(Said, Claim, Index, NextIndex)
    ->  Next is N + 1,
        first_wrong(Rest, Next, Claim, NextIndex, Answer)
    ;   Answer = N
    ).

table_start(adds(_, _, _, _, _), 1).
table_start(divides(_, _, _), 0).
table_start(exceeds(_, _, Start), Start).

follows(row(I, Es), adds(_, _, _, F, _), Before, I) :-
    !,
    I is Before + 1,
    value(F, [k = Before], S),
    value(F, [k = I], V),
    worth(Es, [s(Before) = S], V).
follows(row(I, R, Es), divides(D, F, _), Before, I) :-
    !,
    leading(F, A),
    I is Before + 1,
    S is A ^ Before mod D,
    V is A * S,
    R is V mod D,
    worth(Es, [r(Before) = S], V),
    last(Es, D * Q + R),
    integer(Q).
follows(row(I, Compared), Claim, Before, I) :- !, I is Before + 1, compared(Compared, Claim, I).
follows(Said, Claim, Index, Index) :- follows(Said, Claim).

follows(claim, Claim) :- holds(Claim).
follows(base(1, Es), adds(A, _, _, _, 1)) :- worth(Es, [], A).
follows(base(1, Es), divides(D, F, 1)) :- value(F, [k = 1], V), worth(Es, [], V), last(Es, D * Q), integer(Q).
follows(base(Compared), Claim) :- Claim = exceeds(_, _, Start), compared(Compared, Claim, Start).
follows(hypothesis(E, Form), Claim) :- about(Claim, F, Form, Known), same([E], [], F), same(Form, Known, F).
follows(step(I, Es), Claim) :- same([I], [], k + 1), follows(equal(Es), Claim).
follows(step_from(E, Es), Claim) :- about(Claim, F, _, _), same([E], [], next(F)), follows(equal(Es), Claim).
follows(equal(Es), Claim) :- about(Claim, F, _, Known), same(Es, Known, next(F)).
% A^(k + 1) = A (G + g) is G for k + 1, and A g, and E, which grows with k.
follows(bound(E, Es, Start), exceeds(A ^ k, G, Start)) :-
    same([E], [], A * G - next(G)),
    value(E, [k = Start], Least),
    Least >= 0,
    worth(Es, [], Least).
follows(conclusion(E > F), exceeds(G, H, _)) :- same([E], [], next(G)), same([F], [], next(H)).

%!  about(+Claim, -F, ?Form, -Known): its function, how the hypothesis writes it, and what names are worth from then on.
about(adds(_, _, _, F, _), F, [], [s(k) = F]).
about(divides(D, F, _), F, [D * m], [m = F / D]).
about(exceeds(F, G, _), F, [_ + g], [g = F - G]).

holds(adds(A, B, Term, F, _)) :-
    value(Term, [k = 1], A),
    value(Term, [k = 2], B),
    value(F, [k = 1], A),
    same([F + next(Term)], [], next(F)).
holds(divides(D, F, Start)) :-
    leading(F, A),
    integer(A), A > 1, D > 0,
    forall(enough(Start, K), ( value(F, [k = K], V), integer(V), V mod D =:= 0 )).
holds(exceeds(A ^ k, G, Start)) :-
    integer(A), A > 1,
    value(next(G) - G, [k = Start], Slope),
    Slope > 0,
    same([next(G) - G], [], Slope),
    % From End on multiplying by A adds at least Slope.
    once(( between(Start, 200, End), value((A - 1) * G, [k = End], Grown), Grown >= Slope )),
    forall(between(Start, End, K), ( value(A ^ k - G, [k = K], More), More > 0 )).

%!  leading(+F, -A): the rows are about powers of this.
leading(A ^ k - _, A).
leading(A ^ k + _, A).

%!  compared(+Compared, +Claim, +K): all that both sides are worth at K.
compared(Es > Fs, exceeds(F, G, _), K) :-
    value(F, [k = K], V),
    value(G, [k = K], W),
    worth(Es, [], V),
    worth(Fs, [], W).

%!  same(+Es, +Known, +F): each expression is worth what F is, for all k.
same(Es, Known, F) :-
    forall(enough(1, K), ( value(F, [k = K], V), worth(Es, [k = K | Known], V) )).

%!  enough(+Start, -K): what holds at each K holds from Start on. N terms c k^i b^k with all lower i obey a recurrence of
%   order N; so if they come to 0, or to multiples of a number, N times running, they always do.
enough(Start, K) :- End is Start + 20, between(Start, End, K).

%!  worth(+Es, +Known, +V): each expression is worth V.
worth(Es, Known, V) :- forall(member(E, Es), value(E, Known, V)).

%!  value(+E, +Known, ?V): fails where a name is not known.
value(N, _, N) :- integer(N), !.
value(Name, Known, V) :- memberchk(Name = E, Known), !, value(E, Known, V).
value(next(E), Known, V) :- !, value(k + 1, Known, Next), value(E, [k = Next | Known], V).
value(Operation, Known, V) :-
    Operation =.. [Sign, A, B],
    value(A, Known, X),
    value(B, Known, Y),
    \+ undefined(Sign, X, Y),
    Result =.. [Sign, X, Y],
    V is Result.

undefined(/, _, 0).
undefined(^, 0, Y) :- Y < 0.
undefined(^, _, Y) :- \+ integer(Y).
% Not undefined, but more work than any proof is.
undefined(^, X, Y) :- max(abs(numerator(X)), denominator(X)) > 10 ^ 100 ; abs(Y) > 200.
