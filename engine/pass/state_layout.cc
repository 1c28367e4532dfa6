#include "engine/pass/state_layout.h"

#include <algorithm>
#include <cstring>

namespace trm {
namespace {

enum Section : std::size_t { kConv, kLinear, kNorm, kKeys, kValues };

/// Sections start at cache lines.
std::size_t padded(std::size_t elements) {
  return (elements + 15) / 16 * 16;
}

/// Calls visit(section, its index, part) for every section of every part.
template <class Visit>
void for_each_section(const StateLayout& layout, const Visit& visit) {
  for (std::size_t part = 0; part < layout.parts(); ++part) {
    for (std::size_t s = 0; s < kStateSections; ++s) visit(layout.sections()[s], s, part);
  }
}

}  // namespace

std::array<StateSection, kStateSections> state_sections(const ModelConfig& c) {
  std::array<StateSection, kStateSections> out;
  out[kConv] = {.name = "conv", .fixed = c.conv_kernel > 0 ? (c.conv_kernel - 1) * c.hidden_size : 0};
  out[kLinear] = {.name = "linear", .fixed = c.global_size() * c.head_dim};
  out[kNorm] = {.name = "norm", .fixed = c.global_size()};
  out[kKeys] = {.name = "keys", .runs = c.local_size(), .per_key = 1};
  out[kValues] = {.name = "values", .per_key = c.local_size()};
  return out;
}

StateLayout::StateLayout(const ModelConfig& config, std::size_t evaluations, std::size_t capacity)
    : sections_(state_sections(config)), evaluations_(evaluations), layers_(config.layers), capacity_(capacity) {
  for (std::size_t s = 0; s < kStateSections; ++s) {
    offsets_[s] = part_elements_;
    part_elements_ += padded(sections_[s].runs * sections_[s].run_elements(capacity));
  }
}

template <class T>
LayerState<T> StateLayout::layer_state(T* data, std::size_t evaluation, std::size_t layer) const {
  const std::size_t part = evaluation * layers_ + layer;
  LayerState<T> out;
  out.conv = data + offset(part, kConv);
  out.capacity = capacity_;
  out.kt = data + offset(part, kKeys);
  out.v = data + offset(part, kValues);
  out.linear = data + offset(part, kLinear);
  out.norm = data + offset(part, kNorm);
  return out;
}

void clear_state(StreamState<float> state) {
  const StateLayout& layout = *state.layout;
  for_each_section(layout, [&](const StateSection& section, std::size_t s, std::size_t part) {
    if (section.fixed == 0) return;
    float* run = state.data + layout.offset(part, s);
    for (std::size_t r = 0; r < section.runs; ++r, run += section.run_elements(layout.capacity())) {
      std::fill_n(run, section.fixed, 0.0f);
    }
  });
}

void copy_state(StreamState<const float> from, StreamState<float> to, std::size_t keys) {
  for_each_section(*from.layout, [&](const StateSection& section, std::size_t s, std::size_t part) {
    const float* source = from.data + from.layout->offset(part, s);
    float* target = to.data + to.layout->offset(part, s);
    const std::size_t source_stride = section.run_elements(from.layout->capacity());
    const std::size_t target_stride = section.run_elements(to.layout->capacity());
    for (std::size_t r = 0; r < section.runs; ++r) {
      std::copy_n(source + r * source_stride, section.run_elements(keys), target + r * target_stride);
    }
  });
}

void keep_newest_keys(StreamState<float> state, std::size_t keys, std::size_t keep) {
  const StateLayout& layout = *state.layout;
  for_each_section(layout, [&](const StateSection& section, std::size_t s, std::size_t part) {
    if (section.per_key == 0) return;
    float* run = state.data + layout.offset(part, s) + section.fixed;
    for (std::size_t r = 0; r < section.runs; ++r, run += section.run_elements(layout.capacity())) {
      std::memmove(run, run + (keys - keep) * section.per_key, keep * section.per_key * sizeof(float));
    }
  });
}

template LayerState<float> StateLayout::layer_state<float>(float*, std::size_t, std::size_t) const;
template LayerState<double> StateLayout::layer_state<double>(double*, std::size_t, std::size_t) const;

}  // namespace trm
