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

Status choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                    const DepthRange& depths, const std::function<void(Item)>& found) {
  DepthRange seen{std::numeric_limits<std::size_t>::max(), 0};
  const bool any_depth = depths.holds(0) && depths.most == DepthRange{}.most;
  const std::size_t most = any_depth ? count : 20'000 + 100 * count;
  std::size_t scanned = 0, chosen = 0;
  for (; scanned < most && chosen < count; ++scanned) {
    Result<std::optional<Item>> item = item_if_any(task, slice, seed, scanned);
    if (!item.ok()) return item.error();
    if (!*item) break;
    const std::size_t depth = (*item)->depth;
    seen = {std::min(seen.least, depth), std::max(seen.most, depth)};
    if (!depths.holds(depth)) continue;
    ++chosen;
    found(**std::move(item));
  }
  if (chosen == count) return {};
  const std::string name = std::string(task.name()) + "/" + std::string(slice);
  const std::string fix = "ask for at most " + std::to_string(chosen) + " items";
  if (any_depth) {
    return Error{ErrorCode::usage, "", "items", name + " has " + std::to_string(chosen) + " items only", fix};
  }
  return Error{ErrorCode::usage, "", "difficulty",
               "of the first " + std::to_string(scanned) + " items of " + name + ", " +
                   (chosen == 0 ? "none has" : "only " + std::to_string(chosen) + " have") + " depth " +
                   text_of(depths) + "; they have depths " + text_of(seen),
               chosen == 0 ? "choose depths that occur, or another slice" : fix};
}

Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths) {
  std::vector<Item> out;
  const Status done =
      choose_items(task, slice, seed, count, depths, [&](Item item) { out.push_back(std::move(item)); });
  if (!done.ok()) return done.error();
  return out;
}

}  // namespace trm::tasks
