#include <descent/optim/schedule.hpp>

#include <cmath>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/optim/cases.hpp>

using namespace descent;
using namespace descent::test;
using namespace descent::optim;

namespace {

std::vector<double> first(const Schedule& schedule, Index count) {
  std::vector<double> values;
  for (Index t = 0; t < count; ++t) values.push_back(schedule.at(t));
  return values;
}

/// Schedule and number of steps that are the same here; nothing where there is none.
std::optional<std::pair<Schedule, Index>> schedule_of(const nlohmann::json& row) {
  const nlohmann::json& o = row.at("kw");
  const double rate = row.at("base_lr");
  const auto steps = static_cast<Index>(row.at("lr").size());
  if (row.at("cls") == "StepLR") return std::pair(step_decay(rate, o.at("step_size"), o.at("gamma")), steps);
  if (row.at("cls") == "ExponentialLR") return std::pair(exponential(rate, o.at("gamma")), steps);
  const auto half = [&] { return o.at("T_max").get<Index>(); };
  if (row.at("cls") == "CosineAnnealingLR") return std::pair(cosine(rate, half(), o.at("eta_min")), half() + 1);  // there it rises again
  return {};
}

}  // namespace

TEST_CASE("schedules: the shared tables") {
  const auto cases = optimiser_cases("sched");
  if (!cases) return;
  int done = 0, later = 0;
  for (const nlohmann::json& row : *cases) {
    INFO(row.at("cls"));
    const auto schedule = schedule_of(row);
    if (!schedule) {
      ++later;
      continue;
    }
    std::vector<double> wanted = row.at("lr");
    wanted.resize(static_cast<std::size_t>(schedule->second));
    CHECK(agree(first(schedule->first, schedule->second), wanted));
    ++done;
  }
  CHECK(done == 3);
  CHECK(later == 9);
}

TEST_CASE("schedules: closed forms") {
  CHECK(first(constant(0.5), 3) == std::vector<double>{0.5, 0.5, 0.5});
  CHECK(first(step_decay(1, 2, 0.5), 5) == std::vector<double>{1, 1, 0.5, 0.5, 0.25});
  CHECK(first(exponential(1, 0.5), 4) == std::vector<double>{1, 0.5, 0.25, 0.125});
  CHECK(holds(vec(first(cosine(2, 4, 1), 7)), {2, 1.5 + std::sqrt(0.125), 1.5, 1.5 - std::sqrt(0.125), 1, 1, 1}, 1e-15));
  CHECK(first(linear_warmup(1, 4), 6) == std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1});
}

TEST_CASE("warmup: a line to the first value, then the schedule from its own start") {
  CHECK(first(warmup(2, exponential(1, 0.5)), 5) == std::vector<double>{0, 0.5, 1, 0.5, 0.25});
  CHECK(first(warmup(2, 3.0), 4) == std::vector<double>{0, 1.5, 3, 3});
  CHECK(first(warmup(1, warmup(1, 2.0)), 3) == std::vector<double>{0, 0, 2});
}

TEST_CASE("Schedule: a number, a function of a number, or of a tensor") {
  const Schedule number = 0.1;
  CHECK(number.constant() == 0.1);
  CHECK(number.at(5) == 0.1);
  CHECK(Schedule(1).at(0) == 1);

  const Schedule plain = [](double t) { return 1 / (1 + t); };
  CHECK_FALSE(plain.constant().has_value());
  CHECK(plain.at(3) == 0.25);

  const Schedule on_tensor = [](const Tensor& t) { return 0.1 * exp2(-t); };
  CHECK(on_tensor.at(2) == 0.1 * 0.25);  // in f64, the weak number too
  const Tensor value = on_tensor(scalar(2, i64));
  CHECK(value.dtype() == f64);
  CHECK(value.rank() == 0);
  CHECK(number(scalar(0, i64)).dtype() == f64);
  CHECK(Schedule([](const Tensor& t) { return cast(t, f32) + 0.5; })(scalar(1, i64)).dtype() == f64);
}

TEST_CASE("Schedule: on a tensor it has one value") {
  const Schedule wrong = [](const Tensor& t) { return t * vec({1, 2}); };
  CHECK(sentence<ShapeError>([&] { wrong.at(0); }) == "schedule: the function returned shape [2]; it must be 0-d, the value at one step");
}

TEST_CASE("Schedule: on tensors it can be traced") {
  const Schedule on_tensor = [](const Tensor& t) { return 0.1 * exp2(-t); };
  CHECK(on_tensor(abstract_tensor({}, i64)).abstract());
}

TEST_CASE("schedules: options out of range") {
  CHECK(sentence<ValueError>([] { constant(-1); }) == "constant: the rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { step_decay(0.1, 0); }) == "step_decay: 0 steps; there must be at least 1");
  CHECK(sentence<ValueError>([] { step_decay(0.1, 2, 0); }) == "step_decay: the factor is 0; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { exponential(std::nan(""), 0.5); }) == "exponential: the rate is nan; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { exponential(0.1, -1); }) == "exponential: the factor is -1; it must be finite and above 0");
  CHECK(sentence<ValueError>([] { cosine(0.1, 0); }) == "cosine: 0 steps; there must be at least 1");
  CHECK(sentence<ValueError>([] { cosine(0.1, 5, -1); }) == "cosine: the rate is -1; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { linear_warmup(HUGE_VAL, 1); }) == "linear_warmup: the rate is inf; it must be finite and at least 0");
  CHECK(sentence<ValueError>([] { warmup(0, 0.1); }) == "warmup: 0 steps; there must be at least 1");
}
