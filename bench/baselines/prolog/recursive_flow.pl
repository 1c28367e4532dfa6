% What a program that ends does: its value, how many calls it makes, and which.
:- use_module(questions).
:- use_module(programs).

answer(value(Text), V) :- ending(Text, value(V, _)).
answer(calls(Text), Count) :- ending(Text, value(_, Calls)), length(Calls, Count).
answer(order(Text), Order) :- ending(Text, value(_, Calls)), maplist(term_to_atom, Calls, Words), joined(Words, Order).
