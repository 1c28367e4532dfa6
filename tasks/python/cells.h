// Places of a program that hold values of the same kinds: what types.cc knows of each, joined by unification.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "tasks/python/lexer.h"

namespace trm::tasks::python {

class Cells {
 protected:
  struct Cell {
    std::size_t parent;
    bool tuple = false, list = false, text = false, number = false, boolean = false, none = false;
    std::size_t item = kNone;
    Place place;  ///< of a tuple
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t cell() {
    Cell made;
    made.parent = cells_.size();
    cells_.push_back(made);
    return made.parent;
  }
  std::size_t find(std::size_t at) {
    while (cells_[at].parent != at) at = cells_[at].parent = cells_[cells_[at].parent].parent;
    return at;
  }
  Cell& of(std::size_t at) { return cells_[find(at)]; }

  std::size_t unify(std::size_t a, std::size_t b) {
    std::vector<std::pair<std::size_t, std::size_t>> open = {{a, b}};
    while (!open.empty()) {
      const auto [left, right] = open.back();
      open.pop_back();
      const std::size_t to = find(left), from = find(right);
      if (to == from) continue;
      Cell& x = cells_[to];
      Cell& y = cells_[from];
      if (x.item != kNone && y.item != kNone) open.emplace_back(x.item, y.item);
      if (x.item == kNone) x.item = y.item;
      if (x.place.line == 0) x.place = y.place;
      x.tuple |= y.tuple, x.list |= y.list, x.text |= y.text;
      x.number |= y.number, x.boolean |= y.boolean, x.none |= y.none;
      y.parent = to;
    }
    return find(a);
  }

  std::size_t item_of(std::size_t at) {
    if (of(at).item == kNone) {
      const std::size_t made = cell();
      of(at).item = made;
    }
    return of(at).item;
  }

  std::size_t number() { return of_kind(&Cell::number); }
  std::size_t boolean() { return of_kind(&Cell::boolean); }
  std::size_t of_kind(bool Cell::*kind) {
    const std::size_t out = cell();
    of(out).*kind = true;
    return out;
  }
  std::size_t text() {
    const std::size_t out = cell();
    of(out).text = true;
    of(out).item = out;
    return out;
  }
  std::size_t list_of(std::size_t item) {
    const std::size_t out = cell();
    of(out).list = true;
    of(out).item = item;
    return out;
  }
  std::size_t tuple_of(std::size_t item, Place place) {
    const std::size_t out = cell();
    of(out).tuple = true;
    of(out).item = item;
    of(out).place = place;
    any_tuple_ = true;
    return out;
  }

  std::vector<Cell> cells_;
  bool any_tuple_ = false;
};

}  // namespace trm::tasks::python
