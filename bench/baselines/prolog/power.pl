% p(0) = C, p(K) = B p(K - 1).
:- use_module(questions).

answer(pow(B, N), P) :- p(N, B, 1, P).
answer(pow(B, N, C), P) :- p(N, B, C, P).

p(0, _, C, C).
p(K, B, C, P) :- K > 0, L is K - 1, p(L, B, C, Q), P is B * Q.
