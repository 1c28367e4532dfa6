% even(0); even(N) if odd(N - 1); odd(N) if even(N - 1).
:- use_module(questions).

answer(even(N), Text) :- ( even(N) -> Text = yes ; Text = no ).
answer(odd(N), Text) :- ( odd(N) -> Text = yes ; Text = no ).

even(0).
even(N) :- N > 0, M is N - 1, odd(M).

odd(N) :- N > 0, M is N - 1, even(M).
