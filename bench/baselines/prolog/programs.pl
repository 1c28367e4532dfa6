% Programs of one or two functions of one number, in Python's syntax: "f(7); def f(n): return 2 if n < 3 else f(n - 1)".
% In the terms that they are read as, f(A) and g(A) are calls, n is the argument, and operations are Prolog's.
:- module(programs, [ending/2]).
:- use_module(library(dcg/basics), [digits//1]).

%!  ending(+Text, -Ending): how the first call ends. value(V, Calls): with V, after these calls in the order in which
%   they begin, itself included. repeats(Call): never, because Call begins while it still runs. Fails for what is no
%   program, and where a number leaves 0..9999.
ending(Text, Ending) :-
    string_codes(Text, Codes),
    phrase(tokens(Tokens), Codes),
    once(phrase(program(Start, Functions), Tokens)),
    catch(( phrase(called(Start, Functions, [], V), Calls), Ending = value(V, Calls) ),
          repeats(Call),
          Ending = repeats(Call)).

% Codes to tokens: numbers, words and signs; what ends a line is the token end.

tokens(Tokens) --> [Blank], { memberchk(Blank, ` \t\r`) }, !, tokens(Tokens).
tokens([Token | Tokens]) --> token(Token), !, tokens(Tokens).
tokens([]) --> [].

token(end) --> ";" | "\n".
token(==) --> "==".
token(Number) --> digits([Digit | Digits]), { number_codes(Number, [Digit | Digits]) }.
token(Word) --> letters([Letter | Letters]), { atom_codes(Word, [Letter | Letters]) }.
token(Sign) --> [Code], { char_code(Sign, Code) }.

letters([Letter | Letters]) --> [Letter], { code_type(Letter, csym) }, !, letters(Letters).
letters([]) --> [].

% Tokens to the first call, and the functions with what they return.

program(Start, [f = F | Functions]) --> first_call(Start), function(f, F), second_function(Functions), line_ends.

first_call(Start) --> name(Name), ['('], number(N), [')'], { Start =.. [Name, N] }.

second_function([g = G]) --> function(g, G).
second_function([]) --> [].

function(Name, Value) --> [end], line_ends, [def, Name, '(', n, ')', ':', return], choice(Value).

line_ends --> [end], !, line_ends.
line_ends --> [].

choice(Value) --> sum(First), behind_value(First, Value).

behind_value(First, if(Test, First, Else)) --> [if, n], !, test(Test), [else], choice(Else).
behind_value(Value, Value) --> [].

test(n < K) --> [<], number(K).
test(n =:= K) --> [==], number(K).

% What stands to the left comes as an argument: a rule that began with itself would never end.

sum(Sum) --> product(First), behind_sum(First, Sum).

behind_sum(A, Sum) --> [+], !, product(B), behind_sum(A + B, Sum).
behind_sum(A, Sum) --> [-], !, number(K), behind_sum(A - K, Sum).
behind_sum(Sum, Sum) --> [].

product(Product) --> factor(First), behind_product(First, Product).

behind_product(A, Product) --> [*], !, factor(B), behind_product(A * B, Product).
behind_product(A, Product) --> ['%'], !, number(K), behind_product(A mod K, Product).
behind_product(Product, Product) --> [].

factor(Sum) --> ['('], sum(Sum), [')'].
factor(max(A, B)) --> [max, '('], sum(A), [','], sum(B), [')'].
factor(min(A, B)) --> [min, '('], sum(A), [','], sum(B), [')'].
factor(n) --> [n].
factor(K) --> number(K).
factor(Call) --> name(Name), ['('], sum(A), [')'], { Call =.. [Name, A] }.

number(K) --> [K], { integer(K) }.

name(f) --> [f].
name(g) --> [g].

% Values. The list is that of the calls.

%!  called(+Call, +Functions, +Open, -V)//: Open are the calls that wait for this one.
called(Call, _, Open, _) --> { memberchk(Call, Open), throw(repeats(Call)) }.
called(Call, Functions, Open, V) -->
    [Call],
    { Call =.. [Name, N], memberchk(Name = Value, Functions) },
    value(Value, inside(N, Functions, [Call | Open]), V).

value(K, _, K) --> { integer(K) }, !.
value(n, inside(N, _, _), N) --> !.
value(if(Test, A, B), Inside, V) --> !, ( { holds(Test, Inside) } -> value(A, Inside, V) ; value(B, Inside, V) ).
value(Call, Inside, V) -->
    { Call =.. [Name, A], ! },
    value(A, Inside, N),
    { Next =.. [Name, N], Inside = inside(_, Functions, Open) },
    called(Next, Functions, Open, V).
value(Operation, Inside, V) -->
    { Operation =.. [Name, A, B] },
    value(A, Inside, X),
    value(B, Inside, Y),
    { Result =.. [Name, X, Y], V is Result, between(0, 9999, V) }.

holds(n < K, inside(N, _, _)) :- N < K.
holds(n =:= K, inside(N, _, _)) :- N =:= K.
