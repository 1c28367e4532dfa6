#include "tasks/ask/explanation.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "tasks/ask/program_check.h"

namespace trm::tasks {
namespace {

using python::Node;
using python::NodeKind;
using python::Role;

/// Calls that are told apart; the others are counted.
constexpr std::size_t kMostTold = 100'000;
/// Of a chain of calls: the first and the last ones are named.
constexpr std::size_t kFirstNamed = 4, kLastNamed = 2;
/// Frames that the reason for a base case may take.
constexpr std::size_t kReasonFrames = 20'000;

std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

/// "n == 0": the node with the parameters of the function.
std::string text_of_node(const python::Program& program, const python::Function& function, const Node& node) {
  python::Program alone = program;
  alone.question.reset();
  alone.functions.push_back(function);
  alone.functions.back().name = "because_";
  alone.functions.back().body = node;
  const std::string all = python::to_python(alone);
  const std::size_t at = all.rfind("return ");
  if (at == std::string::npos) return "";
  // The parameters are v0, v1, ... there.
  std::string out;
  for (std::size_t i = at + 7; i < all.size() && all[i] != '\n'; ++i) {
    const bool begins = all[i] == 'v' && std::isalnum(static_cast<unsigned char>(all[i - 1])) == 0 && all[i - 1] != '_';
    std::size_t end = i + 1, slot = 0;
    for (; end < all.size() && all[end] >= '0' && all[end] <= '9'; ++end) {
      slot = 10 * slot + static_cast<std::size_t>(all[end] - '0');
    }
    if (begins && end > i + 1 && slot < function.parameters.size()) {
      out += function.parameters[slot];
      i = end - 1;
    } else {
      out += all[i];
    }
  }
  return out;
}

/// Is the test true for the arguments of the call, "(0, 1)"? Nothing: that is not known.
std::optional<bool> holds(const python::Program& program, const python::Function& function, const Node& test,
                          const std::string& arguments) {
  if (arguments.size() < 2) return std::nullopt;
  const Result<python::Value> values = python::parse_repr("[" + arguments.substr(1, arguments.size() - 2) + "]");
  if (!values.ok() || values->items.size() != function.parameters.size()) return std::nullopt;
  ProgramQuestion question;
  question.program = program;
  std::vector<python::Function>& functions = question.program.functions;
  python::Function& tested = functions.emplace_back(function);
  tested.name = "because_";
  tested.body = test;
  Node call;
  call.kind = NodeKind::call;
  call.index = functions.size() - 1;
  for (const python::Value& value : values->items) call.parts.emplace_back().value = value;
  python::Function asked;
  asked.name = "question_";
  asked.body = std::move(call);
  functions.push_back(std::move(asked));
  question.program.question = functions.size() - 1;
  question.encoded = interpreter::encode(question.program);
  const Result<RightAnswer> answer = right_answer(question, kReasonFrames);
  if (!answer.ok() || answer->outcome != RightAnswer::Outcome::returned) return std::nullopt;
  return answer->text == "True";
}

/// A chain with its middle left out.
std::vector<std::size_t> shortened(const std::vector<std::size_t>& chain, std::size_t& left_out) {
  left_out = 0;
  if (chain.size() <= kFirstNamed + kLastNamed + 1) return chain;
  left_out = chain.size() - kFirstNamed - kLastNamed;
  std::vector<std::size_t> out(chain.begin(), chain.begin() + kFirstNamed);
  out.insert(out.end(), chain.end() - kLastNamed, chain.end());
  return out;
}

}  // namespace

void Explanation::listen(ProgramLog& log) {
  log.listen([this](const ProgramCall& call) { begin(call); },
             [this](const ProgramCall& call, const std::string& value) { end(call, value); });
}

void Explanation::begin(const ProgramCall& call) {
  if (question_.program.functions[call.function].role == Role::loop) {
    ++rounds_[call.function];
    return;
  }
  ++all_;
  if (call.by_memo) ++remembered_;
  if (calls_.size() == kMostTold) return;
  // It takes the place of the call that would be its equal among those that wait.
  while (!open_.empty() && open_.size() > call.depth) {
    calls_[open_.back()].heir = calls_.size();
    open_.pop_back();
  }
  if (!call.by_memo) ++times_[call.text];
  if (!open_.empty()) {
    Call& parent = calls_[open_.back()];
    if (parent.children < parent.child.size()) parent.child[parent.children] = calls_.size();
    ++parent.children;
  }
  Call& added = calls_.emplace_back();
  added.text = call.text;
  added.frame = call.frame;
  added.function = call.function;
  added.by_memo = call.by_memo;
  if (call.by_memo) return;
  open_.push_back(calls_.size() - 1);
  if (open_.size() > deepest_.size()) deepest_ = open_;
}

void Explanation::end(const ProgramCall& call, const std::string& value) {
  const auto at =
      std::find_if(open_.begin(), open_.end(), [&](std::size_t each) { return calls_[each].frame == call.frame; });
  if (at == open_.end()) return;
  calls_[*at].value = value;
  open_.erase(at, open_.end());
}

/// From the first call down to one that calls nothing.
std::vector<std::size_t> Explanation::first_chain() const {
  std::vector<std::size_t> out;
  if (calls_.empty()) return out;
  out.push_back(0);
  while (calls_[out.back()].children > 0) out.push_back(calls_[out.back()].child[0]);
  return out;
}

/// The tests that led to where no call is: "n == 0 is true".
std::string Explanation::reason(const Call& call) const {
  const python::Function& function = question_.program.functions[call.function];
  if (call.text.find("...") != std::string::npos) return "";
  const std::string arguments = call.text.substr(function.name.size());
  std::string out;
  for (const Node* node = &function.body; node->kind == NodeKind::if_ && node->parts.size() == 3;) {
    const bool denied = node->parts[0].kind == NodeKind::not_;
    const Node& test = denied ? node->parts[0].parts[0] : node->parts[0];
    const std::optional<bool> truth = holds(question_.program, function, test, arguments);
    const std::string text = text_of_node(question_.program, function, test);
    if (!truth || text.empty()) return out;
    out += (out.empty() ? "" : " and ") + text + (*truth ? " is true" : " is false");
    node = &node->parts[*truth != denied ? 1 : 2];
  }
  return out;
}

/// From a call to the last one that took its place.
std::string Explanation::handing_over(std::size_t& call) const {
  std::vector<std::size_t> chain = {call};
  while (calls_[chain.back()].heir != 0 && calls_[chain.back()].children == 0)
    chain.push_back(calls_[chain.back()].heir);
  if (chain.size() == 1) return "";
  call = chain.back();
  std::size_t left_out = 0;
  const std::vector<std::size_t> named = shortened(chain, left_out);
  std::string out = calls_[named[0]].text + " ends with the call of ";
  for (std::size_t i = 1; i < named.size(); ++i) {
    if (i > 1) out += ", then of ";
    if (left_out > 0 && i == kFirstNamed) out += std::to_string(left_out) + " more, then of ";
    out += calls_[named[i]].text;
  }
  return out + "; each takes the place of the one before, so nothing waits.";
}

std::string Explanation::waiting(const std::vector<std::size_t>& chain) const {
  std::size_t left_out = 0;
  const std::vector<std::size_t> named = shortened(chain, left_out);
  std::string out = calls_[named[0]].text + " waits for ";
  for (std::size_t i = 1; i < named.size(); ++i) {
    if (i > 1) out += ", which waits for ";
    if (left_out > 0 && i == kFirstNamed) out += counted(left_out, "more call") + ", the last of which waits for ";
    out += calls_[named[i]].text;
  }
  return out + ".";
}

/// Values of the chain from the base case up.
std::string Explanation::returning(const std::vector<std::size_t>& chain) const {
  std::vector<std::size_t> up;
  for (auto call = chain.rbegin() + 1; call < chain.rend(); ++call) {
    if (!calls_[*call].value.empty()) up.push_back(*call);  // the others handed their places on
  }
  if (up.empty()) return "";
  std::size_t left_out = 0;
  std::string out = "Then those that wait go on, the last one first: ";
  const std::vector<std::size_t> named = shortened(up, left_out);
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (i > 0) out += ", ";
    if (left_out > 0 && i == kFirstNamed) out += counted(left_out, "more call") + ", ";
    out += calls_[named[i]].text + " returns " + calls_[named[i]].value;
  }
  return out + ".";
}

void Explanation::count(std::vector<std::string>& out) const {
  for (const auto& [function, number] : rounds_) {
    out.push_back("The loop in line " + std::to_string(question_.program.functions[function].line) + " makes " +
                  counted(number, "round") +
                  "; each is a call that takes the place of the one before, so none of them waits.");
  }
  if (all_ == 0) return;
  std::string sentence = "In all there " + std::string(all_ == 1 ? "is " : "are ") + counted(all_, "call");
  if (remembered_ > 0) sentence += ", of which " + std::to_string(remembered_) + " had been answered before";
  out.push_back(sentence + "; at the deepest place " +
                (deepest_.size() == 1 ? "one is open: " : std::to_string(deepest_.size()) + " are open, down to ") +
                calls_[deepest_.back()].text + ".");
  const auto most =
      std::max_element(times_.begin(), times_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != times_.end() && most->second > 1) {
    out.push_back(most->first + " is calculated " + counted(most->second, "time") +
                  "; with @cache before its def, or with --memo, it is calculated once.");
  }
}

std::vector<std::string> Explanation::sentences(const Answer& answer, const Result<ProgramAnswer>& said) const {
  std::vector<std::string> out = question_.reading;
  const std::vector<std::size_t> chain = first_chain();
  if (chain.empty()) {
    out.push_back("Nothing is called: the value is calculated at once.");
  } else {
    if (chain.size() > 1) out.push_back(waiting(chain));
    std::size_t at = chain.back();
    if (const std::string heirs = handing_over(at); !heirs.empty()) out.push_back(heirs);
    const Call& last = calls_[at];
    const std::string why = last.by_memo ? "" : reason(last);
    if (!last.value.empty() || last.by_memo) {
      out.push_back(last.text + (last.by_memo
                                     ? " was answered before."
                                     : " calls nothing: it is a base case" + (why.empty() ? "" : ", because " + why) +
                                           ". It returns " + last.value + "."));
    } else if (answer.verdict == Verdict::raised) {
      out.push_back(last.text + " goes wrong" + (why.empty() ? "" : ", because " + why) + ".");
    }
    if (const std::string back = returning(chain); !back.empty()) out.push_back(back);
    const auto branching =
        std::find_if(calls_.begin(), calls_.end(), [](const Call& call) { return call.children > 1; });
    if (branching != calls_.end()) {
      out.push_back(branching->text + " first calls " + calls_[branching->child[0]].text + ", and later " +
                    calls_[branching->child[1]].text + ": the calls are a tree.");
    }
  }
  count(out);
  if (answer.verdict == Verdict::endless_loop) {
    out.emplace_back(
        "A call comes again with the same arguments before it has returned. It would do the same again, so it "
        "never ends.");
  } else if (answer.verdict == Verdict::raised && said.ok()) {
    out.push_back("Nobody handles the " + said->text + ", so it is the answer.");
  } else if (said.ok()) {
    out.push_back("The answer is " + (said->text.empty() ? "empty" : said->text) + ".");
  }
  return out;
}

}  // namespace trm::tasks
