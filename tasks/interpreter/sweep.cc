#include "tasks/interpreter/sweep.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tasks/interpreter/random_frame.h"

namespace trm::tasks::interpreter {
namespace {

constexpr std::size_t kDrawn = 1000;
constexpr std::uint64_t kSweepSeed = 1;
/// To find a number that a case allows.
constexpr std::size_t kTries = 100;

/// A function that goes through columns of digits with something that it carries on.
struct ColumnFunction {
  Token head;
  std::size_t streams = 1, columns = kColumns;
  /// Digits behind the head: the first and the second, and how many values each has; 0: there is none.
  std::size_t first = 0, second = 0;
  /// May they stand together?
  bool (*fits)(Token first, Token second) = nullptr;
};

constexpr std::array kColumnFunctions = {
    ColumnFunction{token::add_on, 2, kColumns, 2},
    ColumnFunction{token::sub_on, 2, kColumns, 2},
    ColumnFunction{token::scale, 1, kColumns, 10, 10, [](Token d, Token c) { return c == 0 || c < d; }},
    ColumnFunction{token::mac, 2, kWideColumns, 10, 10, [](Token d, Token c) { return c <= d; }},
    ColumnFunction{token::quo, 1, kColumns, 10, 10, [](Token r, Token d) { return r < d; }},
    ColumnFunction{token::res, 1, kColumns, 10, 10, [](Token r, Token d) { return r < d; }},
};

/// What a column may hold: a digit, or the end of the number.
constexpr std::size_t kItems = 11;

/// A number of random digits whose column `at` holds `item`.
Tokens number_with(Rng& rng, std::size_t at, std::size_t item) {
  const bool ends = item + 1 == kItems;
  Tokens out;
  for (std::size_t i = 0; i < at; ++i) out.push_back(static_cast<Token>(rng.below(10)));
  if (ends) return out;
  out.push_back(static_cast<Token>(item));
  for (std::uint32_t more = rng.below(3); more > 0; --more) out.push_back(static_cast<Token>(rng.below(10)));
  return out;
}

/// SUBC never ends with a borrow: FAR and SUB turn such differences round.
bool ends_with_borrow(const Tokens& a, const Tokens& b, Token borrow) {
  const auto digit = [](const Tokens& of, std::size_t i) { return i < of.size() ? of[i] : Token{0}; };
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) borrow = digit(a, i) < digit(b, i) + borrow ? 1 : 0;
  return borrow != 0;
}

class Sweep {
 public:
  Sweep(const Function& function, std::size_t per_cell) : function_(function), per_cell_(per_cell) {}

  std::vector<SweptFrame> run() {
    for (const ColumnFunction& columns : kColumnFunctions) {
      if (columns.head == function_.head) sweep(columns);
    }
    FrameMix mix;
    const auto all = all_functions();
    const auto at = std::find_if(all.begin(), all.end(), [&](const Function& f) { return f.head == function_.head; });
    mix.weights = {{static_cast<std::size_t>(at - all.begin()), 1.0}};
    mix.max_digits = DrawRange{}.max_digits;
    for (std::size_t i = 0; i < kDrawn * per_cell_; ++i) {
      out_.push_back({"drawn", random_frame("sweep", kSweepSeed, i, mix)});
    }
    return std::move(out_);
  }

 private:
  void sweep(const ColumnFunction& columns) {
    const std::size_t items = columns.streams == 2 ? kItems * kItems : kItems;
    for (std::size_t a = 0; a < std::max<std::size_t>(columns.first, 1); ++a) {
      for (std::size_t b = 0; b < std::max<std::size_t>(columns.second, 1); ++b) {
        const auto first = static_cast<Token>(a), second = static_cast<Token>(b);
        if (columns.fits != nullptr && !columns.fits(first, second)) continue;
        Tokens prompt = {columns.head};
        if (columns.first > 0) prompt.push_back(first);
        if (columns.second > 0) prompt.push_back(second);
        for (std::size_t item = 0; item < items; ++item) {
          add("start", prompt, columns.streams, 0, item);
          // What a later column carries on comes from those before it, and not from the prompt.
          for (std::size_t column = 1;
               column < columns.columns && (columns.second == 0 || b == 0 || columns.streams == 1); ++column) {
            add("column " + std::to_string(column + 1), prompt, columns.streams, column, item);
          }
        }
      }
    }
  }

  void add(const std::string& cell, const Tokens& prompt, std::size_t streams, std::size_t column, std::size_t item) {
    constexpr std::array names = {token::x, token::y};
    for (std::size_t i = 0; i < per_cell_; ++i) {
      for (std::size_t tries = 0; tries < kTries; ++tries) {
        Scene scene;
        scene.prompt = prompt;
        for (std::size_t s = 0; s < streams; ++s) {
          scene.prompt.push_back(names[s]);
          scene.streams.push_back(number_with(rng_, column, s == 0 ? item % kItems : item / kItems));
        }
        if (prompt[0] == token::sub_on && ends_with_borrow(scene.streams[0], scene.streams[1], prompt[1])) continue;
        Result<Frame> frame = frame_of(scene, rng_);
        if (frame.ok()) out_.push_back({cell, *std::move(frame)});
        break;
      }
    }
  }

  const Function& function_;
  std::size_t per_cell_;
  Rng rng_{kSweepSeed, stream_of("interpreter/sweep"), 0};
  std::vector<SweptFrame> out_;
};

}  // namespace

std::vector<SweptFrame> sweep_of(const Function& function, std::size_t per_cell) {
  return Sweep(function, per_cell).run();
}

}  // namespace trm::tasks::interpreter
