% By subtraction: g(A, 0) = A, g(A, B) = g(B, A) if A < B, otherwise g(A - B, B).
:- use_module(questions).

answer(gcd(A, B), G) :- g(A, B, G).

g(A, 0, A) :- !.
g(A, B, G) :- A < B, !, g(B, A, G).
g(A, B, G) :- C is A - B, g(C, B, G).
