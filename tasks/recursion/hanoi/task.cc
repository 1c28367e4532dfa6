#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/hanoi/hanoi.h"
#include "tasks/task/item.h"

namespace trm::tasks::hanoi {
namespace {

constexpr std::array<std::string_view, 1> kWords = {"hanoi"};
constexpr std::array<std::string_view, 4> kSlices = {"train", "validation", "test", "depth_2x"};
/// Every step has two or three calls.
constexpr SliceCost kCosts[] = {{"depth_2x", 4}};
constexpr std::string_view kExample = "hanoi 3 a b c";

struct Parameters {
  std::uint32_t n = 0;
  Pegs pegs{};
};

char letter_of(Token peg) {
  return static_cast<char>('a' + (peg - token::first_peg));
}

std::string text_of(const Parameters& p) {
  std::string out = "hanoi " + std::to_string(p.n);
  for (const Token peg : p.pegs) out += std::string(" ") + letter_of(peg);
  return out;
}

void solve(std::uint32_t n, char from, char over, char to, std::string& out) {
  if (n == 0) return;
  solve(n - 1, from, to, over, out);
  out += (out.empty() ? "" : " ") + std::string{from, to};
  solve(n - 1, over, from, to, out);
}

/// Fewest and most.
std::pair<std::uint32_t, std::uint32_t> discs_of(std::string_view slice) {
  if (slice == "depth_2x") return {kTrainedN + 1, 2 * kTrainedN};
  return {1, kTrainedN};
}

class Hanoi final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

  [[nodiscard]] Result<std::string> decode(const Item&, std::span<const Token> value) const override {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] < token::first_peg || value[i] > token::last_peg || value.size() % 2 != 0) {
        return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" is no list of moves", ""};
      }
      if (i > 0 && i % 2 == 0) out += ' ';
      out += letter_of(value[i]);
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (is_stream(slice)) return out;
    const auto [least, most] = discs_of(slice);
    for (std::uint32_t n = least; n <= most; ++n) {
      for (Token from = token::first_peg; from <= token::last_peg; ++from) {
        for (Token over = token::first_peg; over <= token::last_peg; ++over) {
          for (Token to = token::first_peg; to <= token::last_peg; ++to) {
            if (from == over || from == to || over == to) continue;
            if (belongs(n, {from, over, to}, split_behind(slice))) out.push_back({n, {from, over, to}});
          }
        }
      }
    }
    return out;
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    const auto [least, most] = discs_of(slice);
    for (;;) {
      Parameters p;
      p.n = rng.between(least, most);
      p.pegs = random_pegs(rng);
      if (belongs(p.n, p.pegs, split_behind(slice))) return p;
    }
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    constexpr std::array fields = {field_of(kRanges[0])};
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    const std::size_t given = parts->size();
    const std::string front = std::string((*parts)[0]) + (given > 1 ? " " + std::string((*parts)[1]) : "");
    const auto numbers = read_numbers(front, {"hanoi", fields, 0, kExample});
    if (!numbers) {
      const Error& error = numbers.error();
      return prompt_error(prompt, error.field, error.message, error.fix);
    }
    Parameters p;
    p.n = static_cast<std::uint32_t>((*numbers)[0]);
    if (given != 2 && given != 5) {
      return prompt_error(prompt, "pegs", "are not three", as_in("write three pegs or none", kExample));
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string_view word = given == 5 ? (*parts)[2 + i] : std::string_view("abc").substr(i, 1);
      if (word.size() != 1 || word[0] < 'a' || word[0] > 'h') {
        return prompt_error(prompt, "pegs", in_quotes(word) + " is no peg",
                            as_in("write letters from a to h", kExample));
      }
      p.pegs[i] = token::first_peg + (word[0] - 'a');
      if (std::find(p.pegs.begin(), p.pegs.begin() + static_cast<std::ptrdiff_t>(i), p.pegs[i]) !=
          p.pegs.begin() + static_cast<std::ptrdiff_t>(i)) {
        return prompt_error(prompt, "pegs", in_quotes(word) + " is there twice", as_in("write three pegs", kExample));
      }
    }
    return p;
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = item.canonical = text_of(p);
    solve(p.n, letter_of(p.pegs[0]), letter_of(p.pegs[1]), letter_of(p.pegs[2]), item.answer);
    item.depth = p.n;
  }

  /// By the rules: every move takes the top disc of a peg to one with no smaller disc, and as few moves as can be bring
  /// all of them to the last peg.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    std::map<char, std::vector<std::uint32_t>> towers;
    for (std::uint32_t disc = p.n; disc > 0; --disc) towers[letter_of(p.pegs[0])].push_back(disc);
    std::size_t moves = 0;
    for (std::size_t at = 0; at < answer.size(); at += 3, ++moves) {
      if (at + 2 > answer.size() || (at + 2 < answer.size() && answer[at + 2] != ' ') || at + 3 == answer.size()) {
        return false;
      }
      for (const char c : answer.substr(at, 2)) {
        if (std::none_of(p.pegs.begin(), p.pegs.end(), [&](Token peg) { return letter_of(peg) == c; })) return false;
      }
      std::vector<std::uint32_t>&from = towers[answer[at]], &to = towers[answer[at + 1]];
      if (from.empty() || (!to.empty() && to.back() <= from.back())) return false;
      to.push_back(from.back());
      from.pop_back();
    }
    return moves == (std::size_t{1} << p.n) - 1 && towers[letter_of(p.pegs[2])].size() == p.n;
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    const auto peg = [&](std::size_t i) { return std::string(1, letter_of(p.pegs[i])); };
    return ask(
        "The moves M(n, P, Q, R), which bring n discs from peg P over peg Q to peg R, are defined as follows: M(0, P, "
        "Q, "
        "R) are no moves. For n > 0, M(n, P, Q, R) are the moves M(n - 1, P, R, Q), then the move of one disc from P "
        "to "
        "R, then the moves M(n - 1, Q, P, R). A move is written as its two pegs without a blank: xy moves a disc from "
        "x "
        "to y.",
        "What are the moves M(" + std::to_string(p.n) + ", " + peg(0) + ", " + peg(1) + ", " + peg(2) + ")?",
        AnswerForm::moves);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::hanoi, digits_of(p.n), token::comma, p.pegs[0], token::comma, p.pegs[1], token::comma,
                      p.pegs[2], token::comma, token::out),
            {}};
  }
};

}  // namespace

Pegs random_pegs(Rng& rng) {
  constexpr std::uint32_t all = token::last_peg - token::first_peg + 1;
  Pegs out{};
  for (std::size_t i = 0; i < out.size();) {
    out[i] = token::first_peg + static_cast<Token>(rng.below(all));
    if (std::find(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i), out[i]) ==
        out.begin() + static_cast<std::ptrdiff_t>(i))
      ++i;
  }
  return out;
}

bool belongs(std::uint32_t n, const Pegs& pegs, std::string_view split) {
  return split_of(text_of({n, pegs})) == split;
}

const Task& task() {
  static const Hanoi instance({"hanoi", "moves of N discs from a peg over a second to a third; prompt: hanoi N [a b c]",
                               "nested", 2, 1, kWords, kSlices, kCosts});
  return instance;
}

}  // namespace trm::tasks::hanoi
