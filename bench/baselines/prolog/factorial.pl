% f(0) = C, f(K) = K f(K - 1).
:- use_module(questions).

answer(fact(N), F) :- f(N, 1, F).
answer(fact(N, C), F) :- f(N, C, F).

f(0, C, C).
f(K, C, F) :- K > 0, L is K - 1, f(L, C, G), F is K * G.
