#include "tasks/item.h"
#include "tasks/multi_step_qa/multi_step_qa.h"
#include "tasks/multi_step_qa/story.h"

namespace trm::tasks::multi_step_qa {

Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  Result<Item> item = blank_item(ItemSource{name, version, slices}, slice, seed, index);
  if (!item) return item;
  Rng rng = item_rng(*item);
  const bool longer = slice == "hops_2x";
  const std::size_t hops = longer ? rng.between(5, 8) : rng.between(1, 4);
  const auto kind = static_cast<Kind>(rng.below(4));
  const std::string_view split = longer ? "test" : slice;
  Story story;
  do {
    story = draw_story(rng, kind, hops, rng.between(0, 6));
    item->canonical = canonical(story);
  } while (split_of(item->canonical) != split);
  draw_words(story, rng);
  item->prompt = text_of(story);
  item->answer = solve(story)->answer;  // draw_story() makes only stories with one answer
  item->depth = hops;
  return item;
}

bool verify(const Item& item, std::string_view answer) {
  const Result<std::string> right = answer_of(item.prompt);
  return right && *right == answer;
}

}  // namespace trm::tasks::multi_step_qa
