% A(0, N) = N + 1, A(M, 0) = A(M - 1, 1), A(M, N) = A(M - 1, A(M, N - 1)).
:- use_module(questions).

answer(ack(M, N), A) :- a(M, N, A).

a(0, N, A) :- !, A is N + 1.
a(M, 0, A) :- !, L is M - 1, a(L, 1, A).
a(M, N, A) :- K is N - 1, a(M, K, B), L is M - 1, a(L, B, A).
