% A story of facts and a question: "The key is in the box. The box is in the hall. Which room is the key in?"
:- use_module(questions).
:- dynamic says/3.
% Tabled: facts that go in a circle end, and everyone is found once.
:- table reaches/3, person/3.

answer(ask(Text), Answer) :-
    string_concat(Story, "?", Text),
    split_string(Story, " \t\r\n", "", Parts),
    phrase(words(Parts), Words),
    phrase(story(Facts, Question), Words),
    retractall(says(_, _, _)),
    maplist(assertz, Facts),
    reply_to(Question, Answer).

% Parts between blanks to words; a full stop is a word of its own.

words([]) --> [].
words([Part | Parts]) --> word(Part), words(Parts).

word("") --> !.
word(Part) --> { string_concat(Word, ".", Part), !, atom_string(Atom, Word) }, [Atom, '.'].
word(Part) --> { atom_string(Atom, Part) }, [Atom].

% Words to facts and a question. says(R, A, B): A is the mother of B, in B, part of B, older than B.

story([says(R, A, B) | Facts], Question) --> fact(R, A, B), ['.'], !, story(Facts, Question).
story([], Question) --> question(Question).

fact(mother, A, B) --> [A, is, the, mother, of, B] | ['The', mother, of, B, is, A].
fact(father, A, B) --> [A, is, the, father, of, B] | ['The', father, of, B, is, A].
fact(in, A, B) --> ['The', A, is, in, the, B] | ['The', B, holds, the, A].
fact(part, A, B) --> ['The', A, is, part, of, the, B] | ['The', B, includes, the, A].
fact(R, A, B) --> [A, is, Word, than, B], { compares(Word, R, A-B, A-B) }.
fact(R, A, B) --> [B, is, Word, than, A], { compares(Word, R, B-A, A-B) }.

%!  compares(?Word, ?R, ?Said, ?Meant): "younger" is older the other way round.
compares(older, older, A-B, A-B).
compares(younger, older, A-B, B-A).
compares(taller, taller, A-B, A-B).
compares(shorter, taller, A-B, B-A).
compares(heavier, heavier, A-B, A-B).
compares(lighter, heavier, A-B, B-A).

question(person(Path, A)) --> ['Who', is], path(Path), [A].
question(room(A)) --> ['Which', room, is, the, A, in].
question(part(A, B)) --> ['Is', the, A, part, of, the, B].
question(order(R, A, B)) --> ['Is', X, Word, than, Y], { compares(Word, R, X-Y, A-B) }.

%!  path(-Steps)//: "the mother of the grandfather of" is [mother, father, parent].
path(Path) --> step(Steps), path_behind(Path, Steps).

path_behind(Path, Steps) --> path(Rest), { append(Steps, Rest, Path) }.
path_behind(Steps, Steps) --> [].

step(Steps) --> [the, Word, of], { atom_codes(Word, Codes), phrase(relative(Steps), Codes) }.

relative([R]) --> parent(R).
relative([R, parent | Parents]) --> greats(Parents), "grand", parent(R).

greats([parent | Parents]) --> "great-", greats(Parents).
greats([]) --> [].

parent(mother) --> "mother".
parent(father) --> "father".

% What follows from the facts.

reply_to(person(Path, A), Person) :- known(A), only(P, person(Path, A, P), Person).
reply_to(room(A), Room) :- known(A), \+ circle(in), only(R, room(A, R), Room).
reply_to(part(A, B), Answer) :-
    known(A), known(B), \+ circle(part),
    ( reaches(part, A, B) -> Answer = yes ; Answer = no ).
reply_to(order(R, A, B), Answer) :-
    \+ circle(R),
    ( reaches(R, A, B) -> Answer = yes ; reaches(R, B, A), Answer = no ).

%!  person(+Path, +A, -P): P is at the end of the path from A; its last step is the first to go.
person([], A, A).
person([Step | Steps], A, P) :- person(Steps, A, Q), up(Step, P, Q).

up(mother, P, Q) :- says(mother, P, Q).
up(father, P, Q) :- says(father, P, Q).
up(parent, P, Q) :- up(mother, P, Q) ; up(father, P, Q).

%!  room(+A, -R): what A is in and what is in nothing.
room(A, R) :- reaches(in, A, R), \+ says(in, R, _).

reaches(R, A, B) :- says(R, A, B).
reaches(R, A, B) :- reaches(R, A, C), says(R, C, B).

circle(R) :- says(R, A, _), reaches(R, A, A).

known(A) :- once(( says(_, A, _) ; says(_, _, A) )).

%!  only(?X, :Goal, -Answer): the one X of the goal; fails where there is none or more than one.
only(X, Goal, Answer) :- setof(X, Goal, [Answer]).
