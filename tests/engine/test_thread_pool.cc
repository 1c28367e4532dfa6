#include <doctest/doctest.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/sys/thread_pool.h"
#include "engine/sys/topology.h"
#include "tests/engine/support.h"

namespace test_thread_pool {

using trm::Pinning;
using trm::ThreadPool;

namespace {

constexpr std::size_t kThreadCounts[] = {1, 2, 3, 8};

std::unique_ptr<ThreadPool> make_pool(std::size_t threads, std::optional<Pinning> pin = Pinning::off) {
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
  const auto mask = trm::affinity_mask();
  const std::set<int> all(mask.begin(), mask.end());
  if (all.size() < 2) {
    MESSAGE("skipped: one CPU only");
    return;
  }
  SUBCASE("as many threads as CPUs") {
    auto pool = make_pool(all.size(), Pinning::on);
    const auto masks = masks_of(*pool);
    CHECK(masks[0] == all);
    std::set<int> used;
    for (std::size_t i = 1; i < masks.size(); ++i) {
      REQUIRE(masks[i].size() == 1);
      CHECK(used.insert(*masks[i].begin()).second);
    }
    SUBCASE("beside them nobody is by itself") {
      auto other = make_pool(2, Pinning::automatic);
      for (const auto& free : masks_of(*other)) CHECK(free == all);
    }
  }
  SUBCASE("by option none is, whatever the environment says") {
    setenv("TRM_PIN", "on", 1);
    auto pool = make_pool(2, Pinning::off);
    unsetenv("TRM_PIN");
    for (const auto& free : masks_of(*pool)) CHECK(free == all);
  }
  SUBCASE("by environment none is") {
    setenv("TRM_PIN", "0", 1);
    auto pool = make_pool(2, std::nullopt);
    unsetenv("TRM_PIN");
    for (const auto& free : masks_of(*pool)) CHECK(free == all);
  }
  SUBCASE("with more threads than CPUs none is") {
    auto pool = make_pool(all.size() + 1, Pinning::on);
    for (const auto& free : masks_of(*pool)) CHECK(free == all);
  }
  SUBCASE("an environment that says neither is an error") {
    setenv("TRM_PIN", "2", 1);
    const auto pool = ThreadPool::create();
    unsetenv("TRM_PIN");
    REQUIRE(!pool.ok());
    CHECK(pool.error().field == "TRM_PIN");
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

TEST_CASE("thread pool: the start hook runs once on each worker, before its first task") {
  static thread_local std::size_t mark = 0;  // what the hook left on this thread
  for (const std::size_t threads : kThreadCounts) {
    CAPTURE(threads);
    std::vector<std::atomic<int>> calls(threads);
    std::vector<std::thread::id> ids(threads);
    trm::ThreadOptions options;
    options.threads = threads;
    options.pin = Pinning::off;
    options.on_start = [&](std::size_t worker) -> trm::Status {
      calls[worker].fetch_add(1);
      ids[worker] = std::this_thread::get_id();
      mark = worker + 1;
      return {};
    };
    auto pool = ThreadPool::create(options);
    REQUIRE(pool.ok());
    CHECK(ids[0] == std::this_thread::get_id());
    CHECK(std::set<std::thread::id>(ids.begin(), ids.end()).size() == threads);
    std::atomic<std::size_t> arrived{0};
    std::atomic<std::size_t> strange{0};
    for (int region = 0; region < 3; ++region) {
      arrived = 0;
      (*pool)->run(threads, [&](std::size_t, std::size_t worker) {
        if (mark != worker + 1 || std::this_thread::get_id() != ids[worker]) strange.fetch_add(1);
        arrived.fetch_add(1);
        while (arrived.load() != threads) std::this_thread::yield();
      });
    }
    CHECK(strange == 0);
    for (const auto& count : calls) CHECK(count == 1);
    mark = 0;
  }
}

TEST_CASE("thread pool: what the start hook of a worker refuses, create refuses; what it throws, create throws") {
  for (const std::size_t threads : kThreadCounts) {
    for (std::size_t bad = 0; bad < threads; ++bad) {
      CAPTURE(threads);
      CAPTURE(bad);
      trm::ThreadOptions options;
      options.threads = threads;
      options.pin = Pinning::off;
      options.on_start = [&](std::size_t worker) -> trm::Status {
        if (worker < bad) return {};
        return trm::Error{trm::ErrorCode::unsupported, "", "tiles", "worker " + std::to_string(worker) + " has none",
                          ""};
      };
      const auto pool = ThreadPool::create(options);
      REQUIRE(!pool.ok());
      // All from `bad` on fail; the first of them speaks, whichever came first in time.
      CHECK(pool.error().text() == "tiles: worker " + std::to_string(bad) + " has none");
      options.on_start = [&](std::size_t worker) -> trm::Status {
        if (worker == bad) throw std::runtime_error("no memory");
        return {};
      };
      CHECK_THROWS_AS(static_cast<void>(ThreadPool::create(options)), std::runtime_error);
    }
  }
}

TEST_CASE("thread pool: too many threads") {
  auto pool = ThreadPool::create({1025});
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
    auto pool = ThreadPool::create({64});
    return pool.ok() ? "it works" : pool.error().text();
  });
  CHECK(text ==
        "threads: the system refuses thread 2 of 64: Resource temporarily unavailable; fix: use fewer threads or raise "
        "the limit of processes (ulimit -u)");
}
#endif

}  // namespace test_thread_pool
