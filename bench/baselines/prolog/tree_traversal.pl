% A tree is [Label, Left, Right], Label alone, or nil, the empty one.
:- use_module(questions).

answer(preorder(T), Text) :- phrase(preorder(T), Labels), joined(Labels, Text).
answer(inorder(T), Text) :- phrase(inorder(T), Labels), joined(Labels, Text).
answer(postorder(T), Text) :- phrase(postorder(T), Labels), joined(Labels, Text).
answer(levels(T), Text) :- phrase(levels([T]), Labels), joined(Labels, Text).
answer(height(T), H) :- height(T, H).
answer(total(T), S) :- total(T, S).

tree([Label, Left, Right], Label, Left, Right).
tree(Label, Label, nil, nil) :- integer(Label).

preorder(nil) --> [].
preorder(T) --> { tree(T, Label, L, R) }, [Label], preorder(L), preorder(R).

inorder(nil) --> [].
inorder(T) --> { tree(T, Label, L, R) }, inorder(L), [Label], inorder(R).

postorder(nil) --> [].
postorder(T) --> { tree(T, Label, L, R) }, postorder(L), postorder(R), [Label].

% The labels of a row of trees, then those of the row below.
levels([]) --> [].
levels([T | Row]) --> { below([T | Row], Labels, Next) }, Labels, levels(Next).

below([], [], []).
below([nil | Row], Labels, Next) :- below(Row, Labels, Next).
below([T | Row], [Label | Labels], [L, R | Next]) :- tree(T, Label, L, R), below(Row, Labels, Next).

height(nil, 0).
height(T, H) :- tree(T, _, L, R), height(L, A), height(R, B), H is 1 + max(A, B).

total(nil, 0).
total(T, S) :- tree(T, Label, L, R), total(L, A), total(R, B), S is Label + A + B.
