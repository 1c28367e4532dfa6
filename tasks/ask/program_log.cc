#include "tasks/ask/program_log.h"

#include <algorithm>
#include <utility>

#include "tasks/interpreter/vocabulary.h"
#include "tasks/library/short_form.h"

namespace trm::tasks {
namespace {

using python::Function;
using python::Role;
using python::Value;

/// Calls that are remembered where not all are.
constexpr std::size_t kLast = 12;
/// Characters of a value in a call.
constexpr std::size_t kShown = 120;

std::string value_text(const std::optional<std::vector<std::int32_t>>& flat) {
  if (!flat) return "...";
  const Result<Value> value = interpreter::decode(*flat);
  if (!value.ok()) return "?";
  std::string out = python::repr(*value);
  if (out.size() > kShown) out = out.substr(0, kShown) + "...";
  return out;
}

/// Equal values have equal keys. Those of numbers begin with #.
std::string key_of(const std::vector<std::int32_t>& flat) {
  const bool sign = !flat.empty() && (flat[0] == interpreter::token::plus || flat[0] == interpreter::token::minus);
  std::string out = sign ? "#" : "@";
  for (const std::int32_t token : flat) out += std::to_string(token) + " ";
  return out;
}

constexpr std::size_t kMeasuredDigits = 30;

/// A number, or how long a list or a text is.
Measure measure_of(const std::vector<std::int32_t>& flat) {
  if (flat.empty()) return {};
  const bool sign = flat[0] == interpreter::token::plus || flat[0] == interpreter::token::minus;
  if (sign && flat.size() <= kMeasuredDigits) {
    Wide out = 0;
    for (std::size_t i = flat.size(); i-- > 1;) out = out * 10 + flat[i];
    return flat[0] == interpreter::token::minus ? -out : out;
  }
  if (sign) return flat[0] == interpreter::token::minus ? -kHuge : kHuge;
  if (flat[0] == interpreter::token::list || flat[0] == interpreter::token::text) {
    const Result<Value> value = interpreter::decode(flat);
    if (!value.ok()) return {};
    return static_cast<Wide>(value->kind == Value::Kind::text ? value->text.size() : value->items.size());
  }
  return {};
}

Error no_answer(std::string what, std::string fix) {
  return Error{ErrorCode::unsupported, "", "", std::move(what), std::move(fix)};
}

/// "f(1006), f(1007), f(1008)": the open calls of one function, the last ones.
std::string last_calls(const ProgramLog& log) {
  const std::vector<ProgramCall> open = log.open();
  if (open.empty()) return "";
  std::string out;
  for (const ProgramCall& call : open) {
    if (call.function == open.back().function) out += (out.empty() ? "" : ", ") + call.text;
  }
  return out;
}

/// A limit was met: what was seen until then.
Error gave_up(const Answer& answer, const ProgramLog& log, const std::string& limit, std::string fix) {
  std::string what = limit + ", and there is no sign of an end after " + std::to_string(log.calls()) + " calls";
  if (log.no_sign()) what += ": " + *log.no_sign();
  if (const std::string calls = last_calls(log); !calls.empty())
    what += "; those that have not returned end with " + calls;
  what += " (" + std::to_string(answer.frames) + " frames)";
  return no_answer(std::move(what), std::move(fix));
}

std::string error_name(std::int32_t token) {
  return interpreter::to_text(std::span(&token, 1));
}

std::string list_text(const ProgramLog& log) {
  std::string out;
  for (const ProgramCall& call : log.list()) out += (out.empty() ? "" : " ") + call.text;
  return out;
}

}  // namespace

std::optional<std::size_t> ProgramLog::function_of(std::size_t stream) const {
  const auto& bodies = question_.encoded.bodies;
  const auto at = std::find(bodies.begin(), bodies.end(), stream);
  if (at == bodies.end()) return std::nullopt;
  return static_cast<std::size_t>(at - bodies.begin());
}

std::string ProgramLog::text_of(std::size_t function, const std::vector<std::vector<std::int32_t>>& environment) const {
  const Function& called = question_.program.functions[function];
  std::string out;
  for (std::size_t i = 0; i < environment.size(); ++i) {
    out += out.empty() ? "" : ", ";
    if (called.role != Role::written && i < called.parameters.size()) out += called.parameters[i] + " = ";
    out += value_text(environment[i]);
  }
  if (called.role == Role::loop) return "loop in line " + std::to_string(called.line) + ": " + out;
  return called.name + "(" + out + ")";
}

void ProgramLog::begin(std::size_t frame, std::size_t depth, const CallView& call, bool by_memo) {
  const std::optional<std::size_t> function = function_of(call.stream);
  if (!function || function == question_.program.question) return;
  const Role role = question_.program.functions[*function].role;
  if (role == Role::library || role == Role::rest) return;
  // A call whose place another one takes returns with it: it is no longer told of.
  Chains replaced;
  while (!open_.empty() && open_.back().level >= depth) {
    if (open_.back().level == depth) {
      replaced.merge(std::move(chains_.back().replaced));
      replaced.insert_or_assign(open_.back().function, std::move(chains_.back().own));
    }
    open_.pop_back();
    chains_.pop_back();
  }
  const CallChain* before = nullptr;
  if (const auto found = replaced.find(*function); found != replaced.end()) before = &found->second;
  for (std::size_t i = open_.size(); before == nullptr && i-- > 0;) {
    const auto found = chains_[i].replaced.find(*function);
    if (open_[i].function == *function) {
      before = &chains_[i].own;
    } else if (found != chains_[i].replaced.end()) {
      before = &found->second;
    }
  }
  std::vector<std::vector<std::int32_t>> environment;
  for (const StreamView& item : call.environment)
    environment.push_back(item.flat().value_or(std::vector<std::int32_t>{}));
  ProgramCall out = {frame, *function, depth, open_.size(), text_of(*function, environment), by_memo};
  for (const auto& [began, returned] : listeners_) began(out);
  if (role == Role::written) {
    ++calls_;
    list_.push_back(out);
    if (!keep_ && list_.size() > kLast) list_.pop_front();
  }
  if (by_memo) return;
  CallChain chain = watch(out, before, environment);
  chains_.push_back({std::move(chain), std::move(replaced)});
  open_.push_back(std::move(out));
}

CallChain ProgramLog::watch(const ProgramCall& call, const CallChain* before,
                            const std::vector<std::vector<std::int32_t>>& environment) {
  if (!ending_) ending_ = std::make_unique<Ending>(question_.program);
  std::vector<Measure> values;
  std::vector<std::string> texts;
  values.reserve(environment.size());
  texts.reserve(environment.size());
  for (const std::vector<std::int32_t>& flat : environment) {
    values.push_back(measure_of(flat));
    texts.push_back(key_of(flat));
  }
  CallChain out = ending_->next(call.function, before, std::move(values), std::move(texts));
  if (no_sign_ || out.calls % 50 != 0) return out;
  no_sign_ = ending_->no_sign(call.function);
  if (no_sign_ && stop != nullptr && question_.asked == Asked::ends) stop->store(true);
  return out;
}

void ProgramLog::listen(Began began, Returned returned) {
  listeners_.emplace_back(std::move(began), std::move(returned));
}

MachineObserver ProgramLog::observer() {
  MachineObserver out;
  out.opened = [this](const OpenedFrame& frame) {
    if (frame.call != nullptr) begin(frame.id, frame.depth, *frame.call, false);
  };
  out.memo_hit = [this](const MemoHit& hit) {
    if (hit.call != nullptr) begin(kNoFrame, hit.depth, *hit.call, true);
  };
  out.returned = [this](const ReturnedCall& call) {
    const auto at =
        std::find_if(open_.rbegin(), open_.rend(), [&](const ProgramCall& c) { return c.frame == call.id; });
    if (at == open_.rend()) return;
    if (!listeners_.empty()) {
      const std::string value = value_text(call.value.flat());
      for (const auto& [began, returned] : listeners_) returned(*at, value);
    }
    chains_.erase(chains_.begin() + (std::next(at).base() - open_.begin()));
    open_.erase(std::next(at).base());
  };
  return out;
}

std::vector<ProgramCall> ProgramLog::open() const {
  const std::size_t shown = std::min(open_.size(), kLast);
  return {open_.end() - static_cast<std::ptrdiff_t>(shown), open_.end()};
}

Result<ProgramAnswer> program_answer(const ProgramQuestion& question, const Answer& answer, const ProgramLog& log,
                                     const MachineOptions& options) {
  ProgramAnswer out;
  for (const auto& line : answer.printed) {
    Result<std::string> text = interpreter::decode_line(line);
    out.printed.push_back(text.ok() ? *std::move(text) : "?");
  }
  if (question.asked == Asked::ends && log.no_sign()) {
    out.text = "no sign of ending after " + std::to_string(log.calls()) + " calls: " + *log.no_sign();
    out.undecided = true;
    return out;
  }
  const bool ended = answer.verdict == Verdict::answered || answer.verdict == Verdict::raised;
  switch (answer.verdict) {
    case Verdict::answered:
    case Verdict::raised:
      break;
    case Verdict::endless_loop: {
      const std::optional<std::size_t> function = log.function_of(answer.repeated_stream);
      const std::string call = function ? log.text_of(*function, answer.repeated_environment) : "a call";
      if (question.asked == Asked::ends) {
        out.text = "no";
      } else if (question.asked == Asked::repeats) {
        out.text = call;
      } else {
        return no_answer("never ends: " + call + " comes again with the same arguments before it has returned",
                         "mend the program, or ask where it repeats: trm run MODEL \"repeats ...\"");
      }
      return out;
    }
    case Verdict::recursion_limit:
      return gave_up(answer, log,
                     answer.out_of_memory
                         ? "the memory holds no more frames"
                         : "the recursion limit of " + std::to_string(options.recursion_limit) + " frames was met",
                     "raise --recursion-limit, or give the program a base case that it reaches");
    case Verdict::too_many_frames:
      return gave_up(answer, log, "the limit of frames was met",
                     "raise --max-frames, use --memo, or give the program a base case that it reaches");
    case Verdict::streams_too_long:
      return gave_up(answer, log, "values took too many tokens", "ask for something smaller");
    case Verdict::out_of_time:
      return gave_up(answer, log, "the time was over",
                     "raise --max-seconds, use --memo, or give the program a base case that it reaches");
    case Verdict::frame_too_long:
    case Verdict::malformed:
    case Verdict::deadlock:
      return no_answer(std::string(verdict_text(answer.verdict)), "use a model that was trained longer");
  }
  out.raised = answer.verdict == Verdict::raised;
  if (question.asked == Asked::calls) {
    out.text = std::to_string(log.calls());
  } else if (question.asked == Asked::order) {
    out.text = list_text(log);
  } else if (question.asked == Asked::ends) {
    out.text = ended ? "yes" : "no";
  } else if (question.asked == Asked::repeats) {
    out.text = "never";
  } else if (out.raised) {
    out.text = answer.value.empty() ? "Exception" : error_name(answer.value[0]);
  } else {
    const Result<Value> value = interpreter::decode(answer.value);
    if (!value.ok()) return value.error();
    out.text = question.short_form ? library::in_words(*value) : python::repr(*value);
  }
  return out;
}

}  // namespace trm::tasks
