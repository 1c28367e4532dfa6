#include "tasks/interpreter/right_run.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {
namespace {

using StreamIndex = std::size_t;

/// An item -(i + 1) is stream i.
struct Stream {
  Tokens items;
  std::size_t content = 0;  ///< number of its contents among all, once it is asked for; 0: not yet
};

struct Place {
  StreamIndex stream = 0;
  std::size_t at = 0;
};

using Environment = std::vector<StreamIndex>;

/// What a frame begins with.
struct Opening {
  Tokens prompt;
  std::vector<Place*> arguments;
  std::deque<Place> own;  ///< those of the arguments that nobody shares
  Environment environment;
  bool is_call = false;  ///< with an environment of its own
  std::optional<StreamIndex> output;
  bool handed_output = false;
};

/// What a frame returned.
struct Returned {
  Tokens value;
  std::optional<StreamIndex> stream;
};

class Run {
 public:
  Run(const Streams& program, const RightRunOptions& options) : options_(options) {
    for (const Tokens& items : program) streams_.push_back({items, 0});
  }

  Result<RightRun> answer() {
    Opening first;
    first.prompt = {token::eval, token::x};
    first.own.push_back({0, 0});
    first.arguments.push_back(&first.own.back());
    first.is_call = true;
    const std::optional<Returned> returned = run(std::move(first), 1);
    if (error_) return *error_;
    if (!returned) return std::move(out_);
    out_.outcome = RightRun::Outcome::returned;
    if (returned->stream) {
      flatten(*returned->stream, out_.value);
    } else {
      out_.value = returned->value;
    }
    return std::move(out_);
  }

 private:
  class FrameWorld;

  [[nodiscard]] bool ended() const { return ended_ || error_.has_value(); }
  void fail(std::string message) {
    if (!ended())
      error_ = Error{ErrorCode::bad_input, "", "program", std::move(message), "ask what the front end makes"};
  }
  void stop(RightRun::Outcome outcome) {
    if (ended()) return;
    out_.outcome = outcome;
    ended_ = true;
  }

  StreamIndex make_stream(Tokens items = {}) {
    streams_.push_back({std::move(items), 0});
    return streams_.size() - 1;
  }

  /// Number of the stream's contents: equal contents have equal numbers.
  std::size_t content_of(StreamIndex root) {
    std::vector<StreamIndex> open = {root};
    while (!open.empty()) {
      const StreamIndex at = open.back();
      if (streams_[at].content != 0) {
        open.pop_back();
        continue;
      }
      bool ready = true;
      for (const Token item : streams_[at].items) {
        if (item >= 0 || streams_[part_of(item)].content != 0) continue;
        open.push_back(part_of(item));
        ready = false;
      }
      if (!ready) continue;
      Tokens key = streams_[at].items;
      for (Token& item : key) {
        if (item < 0) item = -static_cast<Token>(streams_[part_of(item)].content);
      }
      streams_[at].content = contents_.try_emplace(std::move(key), contents_.size() + 1).first->second;
      open.pop_back();
    }
    return streams_[root].content;
  }

  static StreamIndex part_of(Token item) { return static_cast<StreamIndex>(-(item + 1)); }
  static Token item_of(StreamIndex stream) { return -static_cast<Token>(stream) - 1; }

  void flatten(StreamIndex root, Tokens& out) {
    std::vector<Place> open = {{root, 0}};
    while (!open.empty()) {
      Place& place = open.back();
      const Tokens& items = streams_[place.stream].items;
      if (place.at == items.size()) {
        open.pop_back();
        if (!open.empty()) out.push_back(token::stop);
        continue;
      }
      const Token item = items[place.at++];
      if (item >= 0) {
        out.push_back(item);
      } else {
        open.push_back({part_of(item), 0});
      }
    }
  }

  std::optional<Returned> run(Opening opening, std::size_t depth);

  const RightRunOptions& options_;
  RightRun out_;
  std::deque<Stream> streams_;
  std::map<Tokens, std::size_t> contents_;
  std::set<std::vector<std::size_t>> running_;  ///< body and contents of the environment of calls
  bool ended_ = false;
  std::optional<Error> error_;
};

/// The world of one frame. When the run has ended it gives nothing, and every open frame soon ends.
class Run::FrameWorld final : public World {
 public:
  FrameWorld(Run& run, Opening& opening, std::size_t depth) : run_(run), opening_(opening), depth_(depth) {}

  Tokens call(std::span<const Token> args, std::size_t) override {
    const std::optional<Returned> returned = callee(args);
    if (!returned) return {};
    if (!returned->stream) return returned->value;
    const Tokens& items = run_.streams_[*returned->stream].items;
    if (std::any_of(items.begin(), items.end(), [](Token item) { return item < 0; })) run_.fail("a value has parts");
    return items;
  }
  void open(std::span<const Token> args, std::size_t) override {
    const std::optional<Returned> returned = callee(args);
    if (!returned) return name(run_.make_stream());
    name(returned->stream ? *returned->stream : run_.make_stream(returned->value));
  }
  Token take(Token of, std::size_t) override {
    const std::optional<Token> item = next(of);
    if (!item) return token::eos;
    if (*item >= 0) return *item;
    name(part_of(*item));
    return kPart;
  }
  bool drop(Token of, std::size_t) override { return next(of).has_value(); }
  bool move(Token of, std::size_t) override {
    const std::optional<Token> item = next(of);
    if (item) output().push_back(*item);
    return item.has_value();
  }
  void rest(Token of) override {
    while (const std::optional<Token> item = next(of)) output().push_back(*item);
  }
  void emit(Token token) override {
    if (token::is_data(token)) {
      output().push_back(token);
    } else if (const std::optional<StreamIndex> stream = find(token)) {
      output().push_back(item_of(*stream));
    }
  }
  void show(Token of) override {
    const std::optional<StreamIndex> stream = find(of);
    if (stream && !run_.ended()) run_.flatten(*stream, run_.out_.printed.emplace_back());
  }

  /// A name that the frame does not have ends the run.
  std::optional<StreamIndex> find(Token of) {
    if (token::is_argument(of) && static_cast<std::size_t>(of - token::x) < opening_.arguments.size()) {
      return opening_.arguments[static_cast<std::size_t>(of - token::x)]->stream;
    }
    if (token::is_letter(of) && static_cast<std::size_t>(of - token::first_letter) < letters_.size()) {
      return letters_[static_cast<std::size_t>(of - token::first_letter)].stream;
    }
    const auto variable = static_cast<std::size_t>(of - token::first_variable);
    if (token::is_variable(of) && variable < opening_.environment.size()) return opening_.environment[variable];
    run_.fail("a frame names a stream that it does not have: " + to_text(std::span(&of, 1)));
    return std::nullopt;
  }

  /// What the arguments of CALL, SPAWN, AWAIT or TAIL open.
  Opening open_for(std::span<const Token> args, bool tail) {
    Opening out;
    out.environment = opening_.environment;
    bool fresh = false, environment = false;
    for (const Token token : args) {
      if (token == token::fresh) {
        fresh = true;
      } else if (token == token::with || token == token::push) {
        environment = true;
        out.is_call = token == token::with;
        if (out.is_call) out.environment.clear();
      } else if (token == token::out) {
        out.prompt.push_back(token);
        output();
        out.output = opening_.output;
        out.handed_output = true;
      } else if (!token::is_name(token)) {
        out.prompt.push_back(token);
      } else if (const std::optional<StreamIndex> stream = find(token)) {
        if (environment) {
          out.environment.push_back(*stream);
          continue;
        }
        out.prompt.push_back(token::x + static_cast<Token>(out.arguments.size()));
        Place* shared = token::is_argument(token) && !fresh
                            ? opening_.arguments[static_cast<std::size_t>(token - token::x)]
                            : nullptr;
        // A place that is this frame's alone ends with it; one that it shares stays with those before it.
        if (shared == nullptr || (tail && owns(shared))) {
          out.own.push_back(shared == nullptr ? Place{*stream, 0} : *shared);
          shared = &out.own.back();
        }
        out.arguments.push_back(shared);
        fresh = false;
      }
    }
    if (tail) {
      out.output = opening_.output;
      out.handed_output = opening_.handed_output;
    }
    return out;
  }

 private:
  Tokens& output() {
    if (!opening_.output) opening_.output = run_.make_stream();
    return run_.streams_[*opening_.output].items;
  }
  void name(StreamIndex stream) { letters_.push_back({stream, 0}); }
  [[nodiscard]] bool owns(const Place* place) const {
    return std::any_of(opening_.own.begin(), opening_.own.end(), [&](const Place& own) { return &own == place; });
  }

  std::optional<Token> next(Token of) {
    if (run_.ended()) return std::nullopt;
    const std::optional<StreamIndex> stream = find(of);
    if (!stream) return std::nullopt;
    Place& place = token::is_argument(of) ? *opening_.arguments[static_cast<std::size_t>(of - token::x)]
                   : token::is_letter(of) ? letters_[static_cast<std::size_t>(of - token::first_letter)]
                                          : variables_[static_cast<std::size_t>(of - token::first_variable)];
    place.stream = *stream;
    const Tokens& items = run_.streams_[*stream].items;
    if (place.at == items.size()) return std::nullopt;
    return items[place.at++];
  }

  std::optional<Returned> callee(std::span<const Token> args) {
    if (run_.ended()) return std::nullopt;
    Opening opening = open_for(args, false);
    if (run_.ended()) return std::nullopt;
    return run_.run(std::move(opening), depth_ + 1);
  }

  Run& run_;
  Opening& opening_;
  std::size_t depth_;
  std::vector<Place> letters_;
  std::array<Place, kVariables> variables_;
};

/// A frame, and those that take its place by TAIL. Nothing: the run has ended.
std::optional<Returned> Run::run(Opening opening, std::size_t depth) {
  std::vector<std::vector<std::size_t>> keys;  // of the calls that have not returned when this frame returns
  std::optional<Returned> returned;
  while (!ended() && !returned) {
    if (depth > options_.max_depth || ++out_.frames > options_.max_frames) {
      stop(RightRun::Outcome::gave_up);
      break;
    }
    if (opening.is_call) {
      ++out_.calls;
      std::vector<std::size_t> key = {opening.arguments[0]->stream};
      for (const StreamIndex item : opening.environment) key.push_back(content_of(item));
      if (!running_.insert(key).second) {
        stop(RightRun::Outcome::endless);
        break;
      }
      keys.push_back(std::move(key));
    }
    const Result<const Function*> function = check_prompt(opening.prompt);
    if (!function) {
      error_ = function.error();
      break;
    }
    FrameWorld world(*this, opening, depth);
    Writer writer(opening.prompt, world);
    (*function)->write(writer);
    const Ending ending = writer.ending();
    const Tokens words = writer.last_words();
    if (ended()) break;
    Result<Frame> frame = std::move(writer).finish();
    if (!frame) {
      error_ = frame.error();
      break;
    }
    const auto own = static_cast<std::size_t>(std::count(frame->own.begin(), frame->own.end(), 1));
    out_.own_tokens += own;
    out_.fed_tokens += frame->tokens.size() - own;
    out_.longest = std::max(out_.longest, frame->tokens.size());
    out_.depth = std::max(out_.depth, depth);
    if (options_.watch) options_.watch(*frame);
    if (ending == Ending::raised) {
      out_.value = words;
      stop(RightRun::Outcome::raised);
    } else if (ending == Ending::tail) {
      Opening next = world.open_for(words, true);
      if (ended()) break;
      // A deque that is moved keeps its places where they are.
      opening = std::move(next);
    } else if (words.size() == 1 && token::is_name(words[0])) {
      const std::optional<StreamIndex> stream = world.find(words[0]);
      if (stream) returned = Returned{{}, *stream};
    } else if (opening.output && !opening.handed_output) {
      returned = Returned{{}, *opening.output};
    } else {
      returned = Returned{words, std::nullopt};
    }
  }
  for (const auto& key : keys) running_.erase(key);
  return ended() ? std::nullopt : returned;
}

}  // namespace

Result<RightRun> run_right(const Streams& program, const RightRunOptions& options) {
  return Run(program, options).answer();
}

}  // namespace trm::tasks::interpreter
