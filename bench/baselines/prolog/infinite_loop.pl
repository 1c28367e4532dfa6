% Does a program end, and which call is the first that begins while it still runs?
:- use_module(questions).
:- use_module(programs).

answer(ends(Text), Answer) :- ending(Text, Ending), ends(Ending, Answer).
answer(repeats(Text), Answer) :- ending(Text, Ending), repeated(Ending, Answer).

ends(value(_, _), yes).
ends(repeats(_), no).

repeated(value(_, _), never).
repeated(repeats(Call), Call).
