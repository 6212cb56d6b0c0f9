#include <descent/autodiff/tape/program.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {
using Leaves = Program::Leaves;
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
const Tensor kX = tensor({1.0, 2.0}, f64);
}  // namespace

TEST_CASE("program: a function's ops, run again on other tensors") {
  int calls = 0;
  const Tensor constant = tensor({10.0, 20.0}, f64);
  Program program([&](std::span<const Tensor> in) { return ++calls, Leaves{in[0] * in[1] + constant, in[0]}; }, Leaves{kX, kX});
  CHECK(list(program.take_results()[0]) == std::vector<double>{11, 24});
  const Leaves again = program(Leaves{kX, 3.0 * kX});
  CHECK(list(again[0]) == std::vector<double>{13, 32});
  CHECK(list(again[1]) == list(kX));
  CHECK(calls == 1);
  CHECK(program.captured().empty());
}

TEST_CASE("program: a value that is used twice in one call, and one that nothing needs") {
  Program program(
      [](std::span<const Tensor> in) {
        const Tensor y = exp(in[0]);
        const Tensor unused = log(y);
        return Leaves{y * y};
      },
      Leaves{kX});
  CHECK(list(program(Leaves{zeros({2}, f64)})[0]) == std::vector<double>{1, 1});
}

TEST_CASE("program: open tapes do not see the run; what they know is captured once") {
  Tape tape;
  const Tensor w = tape.watch(kX);
  const TapeStats before = tape.stats();
  Program program([&](std::span<const Tensor> in) { return Leaves{in[0] * w + w}; }, Leaves{w});
  CHECK(tape.stats().entries == before.entries);
  REQUIRE(program.captured().size() == 1);
  CHECK(list(program(Leaves{kX, 2.0 * kX})[0]) == std::vector<double>{4, 12});
  const Tensor y = program(Leaves{kX, w})[0];
  CHECK(list(tape.gradient(sum(y), w)) == std::vector<double>{2, 3});
}

TEST_CASE("program: after it was recorded, calls are not") {
  Program program([](std::span<const Tensor> in) { return Leaves{in[0] + 1.0}; }, Leaves{kX});
  CHECK(list(exp(zeros({1}, f64))) == std::vector<double>{1});
  CHECK(list(program(Leaves{kX})[0]) == std::vector<double>{2, 3});
}
