#include <algorithm>
#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tasks/recursion/multi_step_qa/reader.h"
#include "tasks/recursion/multi_step_qa/story.h"
#include "tasks/task/item.h"

namespace trm::tasks::multi_step_qa {
namespace {

constexpr std::array<std::string_view, 1> kWords = {"ask"};
constexpr std::array<std::string_view, 4> kSlices = {"train", "validation", "test", "hops_2x"};
constexpr const char* kExample = "ask The key is in the box. The box is in the hall. Which room is the key in?";

/// The sentence's form as a token.
Token form_of(Relation relation, bool turned) {
  return token::first_form + 2 * static_cast<Token>(relation) + (turned ? 1 : 0);
}

Digits number(std::size_t node) {
  return digits_of(static_cast<std::uint32_t>(node));
}

Tokens stream_of(const Story& story) {
  Tokens out;
  for (const Fact& fact : story.facts) {
    const Digits a = number(fact.a), b = number(fact.b);
    const Digits &first = fact.turned ? b : a, &second = fact.turned ? a : b;
    const Tokens tokens = tokens_of(form_of(fact.relation, fact.turned), first, token::stop, second, token::stop);
    out.insert(out.end(), tokens.begin(), tokens.end());
  }
  return out;
}

/// From the person up, so the last of the words is first.
Tokens steps_of(const std::vector<Relation>& path) {
  Tokens out;
  for (std::size_t i = path.size(); i-- > 0;) {
    out.push_back(path[i] == Relation::parent ? 0 : path[i] == Relation::mother ? 1 : 2);
  }
  return out;
}

Tokens prompt_of(const StoryQuestion& question) {
  const Digits a = number(question.a), b = number(question.b);
  switch (question.form) {
    case SentenceForm::person:
      return tokens_of(token::who, steps_of(question.path), token::comma, a, token::comma, token::x);
    case SentenceForm::room:
      return tokens_of(token::room, a, token::comma, token::x);
    case SentenceForm::part:
      return tokens_of(token::link, form_of(Relation::part, false), token::comma, a, token::comma, b, token::comma,
                       token::x);
    case SentenceForm::order:
      break;
  }
  const Digits &from = question.turned ? b : a, &to = question.turned ? a : b;  // as the question says it
  return tokens_of(token::link, form_of(question.path[0], question.turned), token::comma, from, token::comma, to,
                   token::comma, token::x);
}

class MultiStepQa final : public ParametricTask<Story> {
 public:
  using ParametricTask::ParametricTask;

  [[nodiscard]] Result<std::string> decode(const Item& item, std::span<const Token> value) const override {
    const Result<Story> story = read(item.prompt);
    if (!story) return story.error();
    const SentenceForm form = story->question.form;
    if (form == SentenceForm::part || form == SentenceForm::order) return decode_flag(value);
    const Result<std::string> text = decode_number(value);
    if (!text) return text.error();
    for (std::size_t i = 0; i < story->nodes.size(); ++i) {
      if (*text == std::to_string(i)) return story->nodes[i].word;
    }
    return Error{ErrorCode::bad_input, "", "answer", "\"" + *text + "\" is no name of the story",
                 "give a number below " + std::to_string(story->nodes.size())};
  }

 private:
  [[nodiscard]] std::optional<Story> draw(Rng& rng, std::string_view slice) const override {
    const bool longer = slice == "hops_2x";
    const std::size_t hops = longer ? rng.between(5, 8) : rng.between(1, 4);
    const auto kind = static_cast<Kind>(rng.below(4));
    Story story;
    do {
      story = draw_story(rng, kind, hops, rng.between(0, 6));
    } while (split_of(canonical(story)) != split_behind(slice));
    draw_words(story, rng);
    return story;
  }

  [[nodiscard]] Result<Story> read(std::string_view prompt) const override {
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    if ((*parts)[0] != kWords[0]) {
      return prompt_error(prompt, "first word", in_quotes((*parts)[0]) + " is another function",
                          as_in("start with \"ask\"", kExample));
    }
    std::string text;
    for (std::size_t i = 1; i < parts->size(); ++i) text += (i > 1 ? " " : "") + std::string((*parts)[i]);
    Result<Story> story = read_story(text);
    const Result<std::string> answer = story ? deduce(*story) : story.error();
    if (answer) return story;
    const Error& error = answer.error();
    return prompt_error(prompt, error.field, error.message, error.fix);
  }

  void fill(Item& item, const Story& story) const override {
    const std::optional<Solved> solved = solve(story);  // draw_story() and read() give stories with one answer alone
    item.prompt = "ask " + text_of(story);
    item.answer = solved->answer;
    item.canonical = canonical(story);
    item.depth = solved->hops;
  }

  /// By relations as matrices and their closure; the solver goes along the facts.
  [[nodiscard]] bool is_answer(const Story& story, std::string_view answer) const override {
    const Result<std::string> right = deduce(story);
    return right && *right == answer;
  }

  [[nodiscard]] English describe(const Story& story) const override {
    const std::string text = text_of(story);
    const std::size_t question = text.rfind(". ") + 2;
    const SentenceForm form = story.question.form;
    const bool yes_no = form == SentenceForm::part || form == SentenceForm::order;
    return ask("Read these facts; what they do not say is not so. " + text.substr(0, question - 1),
               text.substr(question) + (yes_no ? "" : " Give the name alone, as the facts have it."),
               yes_no ? AnswerForm::yes_no : AnswerForm::line);
  }

  /// Of a story that was read: its nodes are in order of appearance.
  [[nodiscard]] Question question(const Story& story) const override {
    return {prompt_of(story.question), {stream_of(story)}};
  }
};

}  // namespace

const Task& task() {
  static const MultiStepQa instance({"multi_step_qa",
                                     "a question over several facts of a story; prompt: ask The key is in the box. The "
                                     "box is in the hall. Which room "
                                     "is the key in?",
                                     "applied", 2, 1, kWords, kSlices});
  return instance;
}

}  // namespace trm::tasks::multi_step_qa
