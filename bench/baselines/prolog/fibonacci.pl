% F(0) = A, F(1) = B, F(K) = F(K - 1) + F(K - 2). Tabled: each F(K) of a question is found once, as by the memo of the
% models' machine.
:- use_module(questions).
:- table f/4.

answer(fib(N), F) :- f(N, 0, 1, F).
answer(fib(N, A, B), F) :- f(N, A, B, F).

f(0, A, _, A).
f(1, _, B, B).
f(K, A, B, F) :-
    K > 1,
    L is K - 1, f(L, A, B, G),
    M is K - 2, f(M, A, B, H),
    F is G + H.
