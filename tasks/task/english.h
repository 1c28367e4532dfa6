// Questions in plain English, for people and language models that do not know this program, and the final answer of a
// reply.
#pragma once

#include <string>
#include <string_view>

namespace trm::tasks {

/// How the answer to a question looks.
enum class AnswerForm {
  number,  ///< "362880"
  yes_no,  ///< "yes" or "no"
  labels,  ///< numbers with blanks between them, "3 5 8"; a single one, too
  moves,   ///< pairs of letters from a to h with blanks between them, "ab ac bc"
  line     ///< any other text of one line
};

struct English {
  std::string text;  ///< definition, question and the form of the answer, a line each
  AnswerForm form = AnswerForm::line;
};

/// The last line of the text, which asks for an answer of this form: "Answer with the number only."
English ask(std::string_view definition, std::string_view question, AnswerForm form);

/// Regular expression (Python's re) whose last match in a reply is the answer; it has one group.
std::string_view answer_pattern(AnswerForm form);

/// The final answer of a reply, in the form of an item's answer; empty if the reply has none.
///   number: the last one, as "1,234" too; its sign and its fraction belong to it ("-5", "2.5", which answer nothing)
///   yes_no: the last word that is yes or no, in any case
///   labels: the last numbers of one line with nothing but blanks, commas, semicolons or arrows (->) between them
///   moves:  the last moves ("ab", "AB", "a->b") with nothing but these and line breaks between them
///   line:   the last line that is not empty, behind its last colon, without quotation marks, asterisks and full stop
std::string final_answer(std::string_view reply, AnswerForm form);

}  // namespace trm::tasks
