% What all programs here share: a question term on each line of standard input, its answer on a line of standard output.
% A program defines answer(+Question, -Text). Where that fails or throws, the line begins with "!" and says so.
:- module(questions, [run/0, joined/2]).

run :-
    prompt(_, ''),
    % Whatever the locale.
    set_stream(user_input, encoding(utf8)),
    set_stream(user_output, encoding(utf8)),
    repeat,
    catch(read_term(user_input, Question, []), Error, Question = unreadable(Error)),
    (   Question == end_of_file
    ->  !
    ;   reply(Question, Text),
        format("~w~n", [Text]),
        flush_output,
        % Nothing is remembered from one question to the next.
        abolish_all_tables,
        fail
    ).

reply(prolog_version, Text) :-
    !,
    current_prolog_flag(version, Version),
    Major is Version // 10000, Minor is Version // 100 mod 100, Patch is Version mod 100,
    format(string(Text), "SWI-Prolog ~w.~w.~w", [Major, Minor, Patch]).
reply(Question, Text) :-
    catch(user:answer(Question, Text), Error, format(string(Text), "! ~q", [Error])),
    !.
reply(Question, Text) :-
    format(string(Text), "! no clause answers ~q", [Question]).

%!  joined(+Parts, -Text): the parts with blanks between them.
joined(Parts, Text) :-
    atomic_list_concat(Parts, ' ', Text).
