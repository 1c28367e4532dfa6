#include "tasks/task/choose.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks {
namespace {

bool read_depth(std::string_view text, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return is_decimal(text) && error == std::errc{} && end == text.data() + text.size();
}

std::string text_of(const DepthRange& depths) {
  const std::string least = std::to_string(depths.least);
  return depths.least == depths.most ? least : least + ".." + std::to_string(depths.most);
}

}  // namespace

Result<std::optional<Item>> item_if_any(const Task& task, std::string_view slice, std::uint64_t seed,
                                        std::uint64_t index) {
  const std::size_t size = task.size(slice);
  if (size > 0 && index >= size) return std::optional<Item>();
  Result<Item> item = task.item(slice, seed, index);
  if (item.ok()) return std::optional<Item>(*std::move(item));
  if (item.error().code == ErrorCode::usage) return std::optional<Item>();  // drawing finds no more
  return item.error();
}

Result<DepthRange> parse_depths(std::string_view text) {
  const std::size_t dots = text.find("..");
  DepthRange out;
  const bool good = dots == std::string_view::npos
                        ? read_depth(text, out.least) && read_depth(text, out.most)
                        : read_depth(text.substr(0, dots), out.least) && read_depth(text.substr(dots + 2), out.most) &&
                              out.least <= out.most;
  if (good) return out;
  return Error{ErrorCode::usage, "", "difficulty", in_quotes(text) + " is neither a depth nor a range of depths",
               "write a whole number or two of them in order, as in 8 or 4..9"};
}

bool ItemChooser::any_depth() const {
  return depths_.holds(0) && depths_.most == DepthRange{}.most;
}

Result<std::optional<Item>> ItemChooser::next(const std::function<void()>& looking) {
  const std::size_t most = any_depth() ? count_ : 20'000 + 100 * count_;
  while (scanned_ < most && chosen_ < count_) {
    if (looking) looking();
    Result<std::optional<Item>> item = item_if_any(task_, slice_, seed_, scanned_);
    if (!item.ok()) return item.error();
    if (!*item) break;
    ++scanned_;
    const std::size_t depth = (*item)->depth;
    seen_ = {std::min(seen_.least, depth), std::max(seen_.most, depth)};
    if (!depths_.holds(depth)) continue;
    ++chosen_;
    return item;
  }
  if (chosen_ < count_) return too_few();
  return std::optional<Item>();
}

Error ItemChooser::too_few() const {
  const std::string name = std::string(task_.name()) + "/" + slice_;
  const std::string fix = "ask for at most " + std::to_string(chosen_) + " items";
  if (any_depth()) {
    return Error{ErrorCode::usage, "", "items", name + " has " + std::to_string(chosen_) + " items only", fix};
  }
  return Error{ErrorCode::usage, "", "difficulty",
               "of the first " + std::to_string(scanned_) + " items of " + name + ", " +
                   (chosen_ == 0 ? "none has" : "only " + std::to_string(chosen_) + " have") + " depth " +
                   text_of(depths_) + "; they have depths " + text_of(seen_),
               chosen_ == 0 ? "choose depths that occur, or another slice" : fix};
}

Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths) {
  ItemChooser chooser(task, slice, seed, count, depths);
  std::vector<Item> out;
  for (;;) {
    Result<std::optional<Item>> item = chooser.next();
    if (!item.ok()) return item.error();
    if (!*item) return out;
    out.push_back(**std::move(item));
  }
}

}  // namespace trm::tasks
