% t(X, Y, Z) = Z if X =< Y, otherwise t of t(X - 1, Y, Z), t(Y - 1, Z, X) and t(Z - 1, X, Y).
:- use_module(questions).

answer(tak(X, Y, Z), T) :- t(X, Y, Z, T).

t(X, Y, Z, Z) :- X =< Y.
t(X, Y, Z, T) :-
    X > Y,
    U is X - 1, t(U, Y, Z, A),
    V is Y - 1, t(V, Z, X, B),
    W is Z - 1, t(W, X, Y, C),
    t(A, B, C, T).
