#include <doctest/doctest.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/sys/thread_pool.h"
#include "engine/sys/topology.h"
#include "tests/engine/support.h"

using trm::ThreadPool;

namespace {

constexpr std::size_t kThreadCounts[] = {1, 2, 3, 8};

std::unique_ptr<ThreadPool> make_pool(std::size_t threads, bool pin = true) {
  auto pool = ThreadPool::create({threads, pin});
  REQUIRE(pool.ok());
  REQUIRE((*pool)->size() == threads);
  return std::move(*pool);
}

// The CPUs that each worker may use: every worker takes one task and waits for the others, so that none takes two.
std::vector<std::set<int>> masks_of(ThreadPool& pool) {
  std::vector<std::set<int>> masks(pool.size());
  std::atomic<std::size_t> arrived{0};
  pool.run(pool.size(), [&](std::size_t, std::size_t worker) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
      for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &mask)) masks[worker].insert(cpu);
      }
    }
    arrived.fetch_add(1);
    while (arrived.load() != pool.size()) std::this_thread::yield();
  });
  return masks;
}

}  // namespace

TEST_CASE("thread pool: what a task throws arrives where the region was started, and the pool goes on") {
  for (const std::size_t threads : kThreadCounts) {
    auto pool = make_pool(threads);
    for (const std::size_t tasks : {1, 8, 1000}) {
      CAPTURE(threads);
      CAPTURE(tasks);
      std::atomic<std::size_t> begun{0};
      std::string caught;
      try {
        pool->run(tasks, [&](std::size_t, std::size_t) {
          begun.fetch_add(1);
          throw std::runtime_error("no memory");
        });
      } catch (const std::runtime_error& error) {
        caught = error.what();
      }
      CHECK(caught == "no memory");
      CHECK(begun.load() >= 1);
      CHECK(begun.load() <= threads);  // each worker at most its first
      std::atomic<std::size_t> done{0};
      pool->run(tasks, [&](std::size_t, std::size_t) { done.fetch_add(1); });
      CHECK(done.load() == tasks);
    }
  }
}

TEST_CASE("thread pool: every task runs exactly once, on a worker that exists") {
  for (const std::size_t threads : kThreadCounts) {
    auto pool = make_pool(threads);
    for (const std::size_t tasks : {0, 1, 2, 3, 7, 8, 64, 1000}) {
      CAPTURE(threads);
      CAPTURE(tasks);
      std::vector<std::atomic<int>> seen(tasks);
      std::atomic<int> bad_worker{0};
      pool->run(tasks, [&](std::size_t task, std::size_t worker) {
        seen[task].fetch_add(1, std::memory_order_relaxed);
        if (worker >= threads) bad_worker.fetch_add(1);
      });
      CHECK(bad_worker == 0);
      std::size_t once = 0;
      for (const auto& s : seen) once += s == 1 ? 1 : 0;
      CHECK(once == tasks);
    }
  }
}

TEST_CASE("thread pool: what a region wrote is visible after it, over many regions") {
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    auto pool = make_pool(threads);
    std::vector<std::size_t> values(37);  // plain memory: the pool alone orders the accesses
    for (std::size_t region = 1; region <= 2000; ++region) {
      pool->run(values.size(), [&](std::size_t task, std::size_t) { values[task] += task; });
      pool->run(1, [&](std::size_t, std::size_t worker) { values[0] += worker; });
    }
    for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(values[i] == 2000 * i);
  }
}

TEST_CASE("thread pool: workers wake up from parking, and the caller from waiting") {
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    auto pool = make_pool(threads);
    std::atomic<std::size_t> done{0};
    for (int region = 0; region < 20; ++region) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      pool->run(threads + 1, [&](std::size_t task, std::size_t) {
        // One long task keeps the others waiting beyond the time of spinning.
        if (task == threads) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        done.fetch_add(1);
      });
    }
    CHECK(done == 20 * (threads + 1));
  }
}

TEST_CASE("thread pool: all threads take part at the same time") {
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    auto pool = make_pool(threads);
    std::set<std::size_t> workers;
    const auto masks = masks_of(*pool);
    for (std::size_t i = 0; i < masks.size(); ++i) {
      if (!masks[i].empty()) workers.insert(i);
    }
    CHECK(workers.size() == threads);
  }
}

TEST_CASE("thread pool: started threads are pinned to distinct CPUs, the caller is not") {
  const auto topology = trm::detect_topology();
  const std::set<int> all(topology.cpus.begin(), topology.cpus.end());
  if (all.size() < 2) {
    MESSAGE("skipped: one CPU only");
    return;
  }
  SUBCASE("as many threads as CPUs") {
    auto pool = make_pool(all.size());
    const auto masks = masks_of(*pool);
    CHECK(masks[0] == all);
    std::set<int> used{topology.cpus[0]};
    for (std::size_t i = 1; i < masks.size(); ++i) {
      REQUIRE(masks[i].size() == 1);
      CHECK(used.insert(*masks[i].begin()).second);
    }
  }
  SUBCASE("by option none is") {
    auto pool = make_pool(2, false);
    for (const auto& mask : masks_of(*pool)) CHECK(mask == all);
  }
  SUBCASE("by environment none is") {
    setenv("TRM_PIN", "0", 1);
    auto pool = make_pool(2);
    unsetenv("TRM_PIN");
    for (const auto& mask : masks_of(*pool)) CHECK(mask == all);
  }
  SUBCASE("with more threads than CPUs none is") {
    auto pool = make_pool(all.size() + 1);
    for (const auto& mask : masks_of(*pool)) CHECK(mask == all);
  }
}

TEST_CASE("thread pool: running allocates nothing") {
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    auto pool = make_pool(threads);
    std::vector<std::size_t> values(100);
    const auto work = [&](std::size_t task, std::size_t) { values[task] += task; };
    pool->run(values.size(), work);
    const std::size_t before = trm::test::allocations();
    for (int region = 0; region < 100; ++region) pool->run(values.size(), work);
    CHECK(trm::test::allocations() == before);
  }
  const std::size_t before = trm::test::allocations();
  ::operator delete(::operator new(1));           // a new expression might be optimised away
  CHECK(trm::test::allocations() == before + 1);  // the count does count
}

TEST_CASE("thread pool: the default is what the machine and its quota allow") {
  auto pool = ThreadPool::create();
  REQUIRE(pool.ok());
  CHECK((*pool)->size() == trm::detect_topology().usable_threads());
}

TEST_CASE("thread pool: destruction right away, while spinning and while parked") {
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    for (int round = 0; round < 20; ++round) {
      auto pool = make_pool(threads);
      int sum = 0;
      if (round % 2 == 1) pool->run(1, [&](std::size_t, std::size_t) { ++sum; });
      if (round % 4 == 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      CHECK(sum == round % 2);
    }
  }
}

TEST_CASE("thread pool: two pools live side by side") {
  auto first = make_pool(2);
  auto second = make_pool(3);
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i) {
    first->run(5, [&](std::size_t, std::size_t) { done.fetch_add(1); });
    second->run(7, [&](std::size_t, std::size_t) { done.fetch_add(1); });
  }
  CHECK(done == 1200);
}

TEST_CASE("thread pool: too many threads") {
  auto pool = ThreadPool::create({1025, true});
  REQUIRE(!pool.ok());
  CHECK(pool.error().code == trm::ErrorCode::usage);
  CHECK(pool.error().text() == "threads: 1025 threads are too many; fix: use 0 (automatic) to 1024");
}

#if !TRM_TEST_SANITIZED
TEST_CASE("thread pool: the system refuses threads") {
  const std::string text = trm::test::in_child([]() -> std::string {
    if (!trm::test::become_nobody()) return "not tried";
    const rlimit limit{1, 1};
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) return "not tried";
    auto pool = ThreadPool::create({64, true});
    return pool.ok() ? "it works" : pool.error().text();
  });
  CHECK(text ==
        "threads: the system refuses thread 2 of 64: Resource temporarily unavailable; fix: use fewer threads or raise "
        "the limit of processes (ulimit -u)");
}
#endif
