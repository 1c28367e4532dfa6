% M(N) = N - 10 if N > 100, otherwise M(M(N + 11)).
:- use_module(questions).

answer(mccarthy(N), M) :- m(N, M).

m(N, M) :- N > 100, M is N - 10.
m(N, M) :- N =< 100, K is N + 11, m(K, L), m(L, M).
