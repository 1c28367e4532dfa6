% The moves of N discs from P over Q to R: N - 1 discs to Q, the largest one to R, N - 1 discs to R.
:- use_module(questions).

answer(hanoi(N), Text) :- answer(hanoi(N, a, b, c), Text).
answer(hanoi(N, P, Q, R), Text) :- phrase(moves(N, P, Q, R), Moves), joined(Moves, Text).

moves(0, _, _, _) --> [].
moves(N, P, Q, R) -->
    { N > 0, M is N - 1, atom_concat(P, R, Move) },
    moves(M, P, R, Q),
    [Move],
    moves(M, Q, P, R).
