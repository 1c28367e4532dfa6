% The sum of a list is its head plus the sum of the rest. The numbers are the question's arguments.
:- use_module(questions).

answer(Question, Sum) :- Question =.. [sum | List], s(List, Sum).

s([], 0).
s([Head | Rest], Sum) :- s(Rest, Part), Sum is Head + Part.
