// What the tasks' items have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/task/item_order.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// Of tasks with a slice at eight times the depth: a benchmark asks a quarter of as many of its items.
inline constexpr SliceCost kDeepCosts[] = {{"depth_8x", 4}};
/// Of those that have one beyond the counters that frames are trained on, too.
inline constexpr SliceCost kBeyondCosts[] = {{"depth_8x", 4}, {"beyond_counters", 4}};

/// Item with task, version, slice, seed, index and id filled in. Error: unknown slice.
Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index);

/// Generator of draw `number` of the item's slice and seed.
Rng draw_rng(const Task& task, const Item& item, std::uint64_t number);

/// Is it the slice that goes on for ever, with items that come again?
bool is_stream(std::string_view slice);

/// The index is beyond a slice of so many items.
Error no_item(const Item& item, std::size_t size);
/// The slice is unknown, or nothing is trained on it.
Error no_sample(const Task& task, std::string_view slice);

/// "yes" or "no" for YES or NO. Error: something else.
Result<std::string> decode_flag(std::span<const Token> value);

/// A task whose items follow from parameters of type P, which a prompt tells in full.
///
/// A slice has a table, where its canonical forms can be counted, or else is drawn. Items of a table are its rows, in
/// an order that depends on the seed. Items of other slices are the draws without those whose canonical form came
/// before. The stream is the draws as they are or, of tasks that draw nothing, the table as it is.
template <class P>
class ParametricTask : public Task {
 public:
  using Task::Task;

  [[nodiscard]] std::size_t size(std::string_view slice) const final {
    const auto slices = info().slices;
    if (std::find(slices.begin(), slices.end(), slice) == slices.end()) return 0;
    const std::size_t rows = table(slice).size();
    return rows > 0 ? rows : std::numeric_limits<std::size_t>::max();
  }

  [[nodiscard]] Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const final {
    Result<Item> blank = blank_item(*this, slice, seed, index);
    if (blank && index >= size(slice)) return no_item(*blank, size(slice));
    if (!blank || is_stream(slice)) return blank ? sample(slice, seed, index) : blank;
    const std::vector<P>& rows = table(slice);
    if (rows.empty()) {
      return order_.of_draws(*std::move(blank), [&](Item& item, std::uint64_t number) {
        Rng rng = draw_rng(*this, item, number);
        fill(item, *draw(rng, slice));
      });
    }
    return order_.of_rows(*std::move(blank), rows.size(), [&](Item& item, std::uint64_t row) {
      P parameters = rows[row];
      Rng rng = draw_rng(*this, item, row);
      complete(rng, slice, parameters);
      fill(item, parameters);
    });
  }

  [[nodiscard]] Result<Item> sample(std::string_view slice, std::uint64_t seed, std::uint64_t number) const final {
    if (!is_stream(slice) && slice != "validation") return no_sample(*this, slice);
    Result<Item> item = blank_item(*this, slice, seed, number);
    if (!item) return item;
    Rng rng = draw_rng(*this, *item, number);
    if (const std::optional<P> parameters = draw(rng, slice)) {
      fill(*item, *parameters);
    } else {
      const std::vector<P>& rows = table(slice);
      fill(*item, rows[number % rows.size()]);
    }
    return item;
  }

  [[nodiscard]] Result<Item> parse(std::string_view prompt) const final {
    const Result<P> parameters = read(prompt);
    if (!parameters) return parameters.error();
    Item item;
    item.task = name();
    item.version = info().version;
    item.slice = "prompt";
    fill(item, *parameters);
    item.id = item.prompt;
    return item;
  }

  [[nodiscard]] bool verify(const Item& item, std::string_view answer) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() && is_answer(*parameters, answer);
  }

  [[nodiscard]] English english(const Item& item) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() ? describe(*parameters) : English{};
  }

  [[nodiscard]] Question encode(const Item& item) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() ? question(*parameters) : Question{};
  }

 protected:
  /// One of each canonical form of a slice (all questions of a slice that is a fixed table), in a fixed order; none:
  /// they are too many, or the slice is a stream of draws. Called once for each slice.
  [[nodiscard]] virtual std::vector<P> enumerate(std::string_view) const { return {}; }
  /// Chooses what a row of the table leaves open.
  virtual void complete(Rng&, std::string_view, P&) const {}
  /// For train, validation and slices without a table. Nothing: the task draws nothing, each of its slices is a table.
  [[nodiscard]] virtual std::optional<P> draw(Rng&, std::string_view) const { return std::nullopt; }
  /// Error: names the prompt, its field and the fix.
  [[nodiscard]] virtual Result<P> read(std::string_view prompt) const = 0;
  /// prompt, answer, canonical and depth, by the solver.
  virtual void fill(Item& item, const P& parameters) const = 0;
  /// Shares nothing with the solver, nor with what frames are given: question() and right frames.
  [[nodiscard]] virtual bool is_answer(const P& parameters, std::string_view answer) const = 0;
  [[nodiscard]] virtual English describe(const P& parameters) const = 0;
  [[nodiscard]] virtual Question question(const P& parameters) const = 0;

 private:
  const std::vector<P>& table(std::string_view slice) const {
    const std::lock_guard lock(tables_mutex_);
    auto at = tables_.find(slice);
    if (at == tables_.end()) at = tables_.emplace(std::string(slice), enumerate(slice)).first;
    return at->second;
  }

  mutable std::mutex tables_mutex_;
  mutable std::map<std::string, std::vector<P>, std::less<>> tables_;  ///< of slices that were asked
  mutable ItemOrder order_;
};

}  // namespace trm::tasks
