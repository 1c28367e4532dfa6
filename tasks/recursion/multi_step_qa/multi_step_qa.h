// Short stories and a question that several facts answer together.
#pragma once

#include <string>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::multi_step_qa {

// In frames, names are numbers in order of appearance, and the story is the stream X of its facts in their order: one
// fact is a token for the form of the sentence and the numbers in the order in which it mentions them.
//   "Ann is the mother of Ben."  MOTHER 0 ; 1 ;    "The mother of Ben is Ann."  MOTHEROF 0 ; 1 ;  (Ben is 0)

/// FIND r , a , X: the number c of the next fact that says "a r c" in either form of the sentence, . if there is none.
/// READ form  note 1 or 2: which of its numbers the fact says to r the other, . if it says something else  READ the
/// numbers  [CALL SAME that number , a]  RET the other, or go on by CALL FIND r , a , X.
extern const Function kFind;
/// WHO path , a , X: the person at the end of the path from a, or . if there is none. A path has a digit for each step
/// up: 1 to the mother, 2 to the father, 0 to either.
extern const Function kWho;
/// ROOM a , X: what a is in, and what that is in, up to what is in nothing.
extern const Function kRoomOf;
/// LINK r , a , b , X: YES if a r ... r b, else NO.
extern const Function kLink;

/// The answer that follows from the text, by the transitive closure of its relations. Reads the text alone. If no
/// fact makes a thing part of another, it is not part of it. Error: a sentence that is no fact, no question at the end,
/// no answer, or more than one.
Result<std::string> answer_of(std::string_view text);

/// Facts in random order and a question, with as many facts again and up to 6 more that do not matter. train,
/// validation and test need 1..4 facts in a row, hops_2x needs 5..8 and has graphs of the test split. Answer: one word;
/// depth: hops; canonical: the graph of relations and the question without names, so that neither other names nor
/// another order of facts brings an item into two splits.
const Task& task();

}  // namespace trm::tasks::multi_step_qa
