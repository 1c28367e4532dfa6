% max, min and sum of any number of values, med of three: numbers or such terms.
:- use_module(questions).

answer(calc(Expression), V) :- value(Expression, V).

value(N, N) :- integer(N), !.
value(Expression, V) :-
    Expression =.. [Operation | Parts],
    values(Parts, Values),
    apply_to(Operation, Values, V).

values([], []).
values([Part | Parts], [V | Values]) :- value(Part, V), values(Parts, Values).

apply_to(max, [V], V).
apply_to(max, [A, B | Rest], V) :- apply_to(max, [B | Rest], W), V is max(A, W).
apply_to(min, [V], V).
apply_to(min, [A, B | Rest], V) :- apply_to(min, [B | Rest], W), V is min(A, W).
apply_to(sum, [], 0).
apply_to(sum, [A | Rest], V) :- apply_to(sum, Rest, W), V is A + W.
apply_to(med, [A, B, C], V) :- msort([A, B, C], [_, V, _]).
