#include "tasks/choose.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "tasks/words.h"

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

Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths) {
  std::vector<Item> out;
  DepthRange seen{std::numeric_limits<std::size_t>::max(), 0};
  const std::size_t scanned = std::min(task.size(slice), 20'000 + 100 * count);
  for (std::uint64_t i = 0; i < scanned && out.size() < count; ++i) {
    Result<Item> item = task.item(slice, seed, i);
    if (!item.ok()) return item.error();
    seen = {std::min(seen.least, item->depth), std::max(seen.most, item->depth)};
    if (depths.holds(item->depth)) out.push_back(*std::move(item));
  }
  if (out.size() == count) return out;
  // Says what is wrong with the slice.
  if (scanned == 0) return task.item(slice, seed, 0).error();
  const std::string name = std::string(task.name()) + "/" + std::string(slice);
  return Error{ErrorCode::usage, "", "difficulty",
               "of the first " + std::to_string(scanned) + " items of " + name + ", " +
                   (out.empty() ? "none has" : "only " + std::to_string(out.size()) + " have") + " depth " +
                   text_of(depths) + "; they have depths " + text_of(seen),
               out.empty() ? "choose depths that occur, or another slice"
                           : "ask for at most " + std::to_string(out.size()) + " items"};
}

}  // namespace trm::tasks
