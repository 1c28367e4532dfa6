// Control groups: quotas are set at any level of a path, and a container may see its own group as the root of a mount.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sys/proc_file.h"
#include "engine/sys/topology.h"

namespace trm {
namespace {

struct GroupFolder {
  std::string mount_point;
  std::string path;  // below the mount point, "" or "/a/b"
  bool v2;
};

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == word) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

// The group folders of this process that govern `controller` ("cpu" or "memory").
std::vector<GroupFolder> group_folders(const std::string& root, std::string_view controller) {
  struct Membership {
    std::string controllers, path;
  };
  std::vector<Membership> memberships;
  std::istringstream groups(read_proc_file(root + "/proc/self/cgroup"));
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    if (first == std::string::npos) continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    memberships.push_back({line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }

  std::vector<GroupFolder> found;
  std::istringstream mounts(read_proc_file(root + "/proc/self/mountinfo"));
  for (std::string line; std::getline(mounts, line);) {
    // id parent major:minor root mount_point options [optional...] - type source super_options
    std::istringstream fields(line);
    std::string id, parent, device, mount_root, mount_point, word, type, source, super_options;
    fields >> id >> parent >> device >> mount_root >> mount_point;
    while (fields >> word && word != "-") continue;
    fields >> type >> source >> super_options;
    const bool v2 = type == "cgroup2";
    if (!v2 && !(type == "cgroup" && has_word(super_options, controller))) continue;
    for (const Membership& m : memberships) {
      if (v2 ? !m.controllers.empty() : !has_word(m.controllers, controller)) continue;
      std::string path = m.path;
      if (mount_root != "/" && path.starts_with(mount_root)) path.erase(0, mount_root.size());
      // A path outside the mounted part of the tree ("/..") cannot be read; the mount point itself still can.
      if (path == "/" || path.find("/..") != std::string::npos) path.clear();
      found.push_back({mount_point, path, v2});
    }
  }
  return found;
}

// Calls f(folder) for the group and for each of its ancestors up to the mount point.
template <class F>
void for_each_level(const std::string& root, const GroupFolder& group, F&& f) {
  std::string path = group.path;
  for (;;) {
    f(root + group.mount_point + path);
    if (path.empty()) return;
    const std::size_t slash = path.rfind('/');
    path.erase(slash == std::string::npos ? 0 : slash);
  }
}

}  // namespace

std::size_t cgroup_cpu_quota(const std::string& root) {
  std::size_t best = 0;
  const auto limit = [&best](std::optional<std::int64_t> quota, std::optional<std::int64_t> period) {
    if (!quota || !period || *quota <= 0 || *period <= 0) return;
    const auto cpus = static_cast<std::size_t>(std::max<std::int64_t>(*quota / *period, 1));
    best = best == 0 ? cpus : std::min(best, cpus);
  };
  for (const GroupFolder& group : group_folders(root, "cpu")) {
    for_each_level(root, group, [&](const std::string& folder) {
      if (group.v2) {
        const std::string text = read_proc_file(folder + "/cpu.max");  // "max 100000" or "150000 100000"
        const std::size_t space = text.find(' ');
        if (space == std::string::npos) return;
        limit(parse_number(text), parse_number(std::string_view(text).substr(space + 1)));
      } else {
        limit(parse_number(read_proc_file(folder + "/cpu.cfs_quota_us")),  // -1: none
              parse_number(read_proc_file(folder + "/cpu.cfs_period_us")));
      }
    });
  }
  return best;
}

namespace {

// The number behind `key` in lines of "key number"; 0: absent.
std::size_t number_field(const std::string& text, const std::string& key) {
  std::istringstream words(text);
  std::string name, number;
  while (words >> name >> number) {
    if (name == key) return static_cast<std::size_t>(std::max<std::int64_t>(parse_number(number).value_or(0), 0));
  }
  return 0;
}

// Pages and records of files that the kernel drops when it needs room.
std::size_t cached_bytes(const std::string& folder, bool v2) {
  const std::string text = read_proc_file(folder + "/memory.stat"), prefix = v2 ? "" : "total_";
  return number_field(text, prefix + "inactive_file") + number_field(text, prefix + "active_file") +
         number_field(text, "slab_reclaimable");  // v2 alone has it
}

}  // namespace

MemoryLimit cgroup_memory_limit(const std::string& root) {
  MemoryLimit best;
  std::size_t best_free = SIZE_MAX;
  for (const GroupFolder& group : group_folders(root, "memory")) {
    for_each_level(root, group, [&](const std::string& folder) {
      const auto limit = parse_number(read_proc_file(folder + (group.v2 ? "/memory.max" : "/memory.limit_in_bytes")));
      const auto used =
          parse_number(read_proc_file(folder + (group.v2 ? "/memory.current" : "/memory.usage_in_bytes")));
      // v1 writes "no limit" as a number close to 2^63.
      if (!limit || *limit <= 0 || *limit >= INT64_MAX / 2) return;
      const auto limit_bytes = static_cast<std::size_t>(*limit);
      auto used_bytes = static_cast<std::size_t>(std::max<std::int64_t>(used.value_or(0), 0));
      used_bytes -= std::min(used_bytes, cached_bytes(folder, group.v2));
      const std::size_t free_bytes = limit_bytes - std::min(limit_bytes, used_bytes);
      if (best.limit_bytes == 0 || free_bytes < best_free) {
        best = {limit_bytes, used_bytes};
        best_free = free_bytes;
      }
    });
  }
  return best;
}

}  // namespace trm
