#include <descent/autodiff/functions/recurrent.hpp>

#include <cmath>

#include <descent/autodiff/functions/shape.hpp>
#include <descent/autodiff/transforms/gradcheck_matcher.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

Tensor drawn(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return normal(shape, rng, 0, 0.7, f64);
}

CellWeights weights_of(Index gates, Index in = 3, Index hidden = 2) {
  return {drawn({gates * hidden, in}, 1), drawn({gates * hidden, hidden}, 2), drawn({gates * hidden}, 3), drawn({gates * hidden}, 4)};
}

/// Of one number in and one hidden, each gate's weight of x, of y and each bias.
CellWeights of_one(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>& b, const std::vector<double>& c) {
  const Index n = static_cast<Index>(x.size());
  return {grid({n, 1}, x), grid({n, 1}, y), vec(b), vec(c)};
}

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

struct Run {
  Tensor x, hidden, cell;
  CellWeights weights;
};

}  // namespace

TEST_CASE("rnn_cell, gru_cell, lstm_cell: the formulas with PyTorch's order of gates") {
  const Tensor x = grid({1, 1}, {0.5}), h = grid({1, 1}, {-0.3});
  CHECK(holds(rnn_cell(x, h, of_one({2}, {3}, {0.1}, {0.2})), {std::tanh(1 - 0.9 + 0.3)}, 1e-15));
  CHECK(holds(rnn_cell(x, h, {grid({1, 1}, {-2}), grid({1, 1}, {3})}, RnnActivation::relu), {0}));

  const double r = sigmoid_of(0.5 * 1 - 0.3 * 4 + 0.1 + 1), z = sigmoid_of(0.5 * 2 - 0.3 * 5 + 0.2 + 2);
  const double n = std::tanh(0.5 * 3 + 0.3 + r * (-0.3 * 6 + 3));
  CHECK(holds(gru_cell(x, h, of_one({1, 2, 3}, {4, 5, 6}, {0.1, 0.2, 0.3}, {1, 2, 3})), {(1 - z) * n + z * -0.3}, 1e-15));

  const Tensor c = grid({1, 1}, {0.8});
  const LstmState state = lstm_cell(x, {h, c}, of_one({1, 2, 3, 4}, {5, 6, 7, 8}, {0.1, 0.2, 0.3, 0.4}, {1, 2, 3, 4}));
  const auto gate = [](double k) { return 0.5 * k - 0.3 * (4 + k) + 0.1 * k + k; };
  const double cell = sigmoid_of(gate(2)) * 0.8 + sigmoid_of(gate(1)) * std::tanh(gate(3));
  CHECK(holds(state.cell, {cell}, 1e-15));
  CHECK(holds(state.hidden, {sigmoid_of(gate(4)) * std::tanh(cell)}, 1e-15));
}

TEST_CASE("cells: gradients of first and second order in everything") {
  const Tensor x = drawn({2, 3}, 5), h = drawn({2, 2}, 6), c = drawn({2, 2}, 7);
  CHECK_THAT(([](const Run& in) { return sum(square(rnn_cell(in.x, in.hidden, in.weights))); }),
             has_right_gradient_at(Run{x, h, c, weights_of(1)}, {.order = 2}));
  CHECK_THAT(([](const Run& in) { return sum(square(gru_cell(in.x, in.hidden, in.weights))); }),
             has_right_gradient_at(Run{x, h, c, weights_of(3)}, {.order = 2}));
  CHECK_THAT(([](const Run& in) {
               const auto [hidden, cell] = lstm_cell(in.x, {in.hidden, in.cell}, in.weights);
               return sum(square(hidden) + hidden * cell);
             }),
             has_right_gradient_at(Run{x, h, c, weights_of(4)}, {.order = 2}));
}

TEST_CASE("rnn, gru, lstm: the cell step after step, from either end") {
  const bool reverse = GENERATE(false, true);
  const Tensor x = drawn({2, 4, 3}, 8), h0 = drawn({2, 2}, 9), c0 = drawn({2, 2}, 10);
  const auto step = [&](Index i) { return slice(x, {Slice{}, reverse ? 3 - i : i}); };
  const auto at = [&](const Tensor& outputs, Index i) { return list(slice(outputs, {Slice{}, reverse ? 3 - i : i})); };
  const RnnResult plain = rnn(x, weights_of(1), {.initial = h0, .reverse = reverse, .activation = RnnActivation::relu});
  const RnnResult gated = gru(x, weights_of(3), {.initial = h0, .reverse = reverse});
  const LstmResult both = lstm(x, weights_of(4), {.initial = {h0, c0}, .reverse = reverse});
  Tensor a = h0, b = h0;
  LstmState s{h0, c0};
  for (Index i = 0; i < 4; ++i) {
    a = rnn_cell(step(i), a, weights_of(1), RnnActivation::relu);
    b = gru_cell(step(i), b, weights_of(3));
    s = lstm_cell(step(i), s, weights_of(4));
    CHECK(holds(a, at(plain.outputs, i), 1e-14));
    CHECK(holds(b, at(gated.outputs, i), 1e-14));
    CHECK(holds(s.hidden, at(both.outputs, i), 1e-14));
  }
  CHECK(holds(plain.hidden, list(a), 1e-14));
  CHECK(holds(gated.hidden, list(b), 1e-14));
  CHECK(holds(both.state.hidden, list(s.hidden), 1e-14));
  CHECK(holds(both.state.cell, list(s.cell), 1e-14));
}

TEST_CASE("rnn, gru, lstm: gradients through time, no biases, no initial state, no batch, no step") {
  CellWeights bare = weights_of(4);
  bare.bias_ih = bare.bias_hh = {};
  CHECK_THAT(([](const Run& in) {
               const LstmResult result = lstm(in.x, in.weights);
               return sum(square(result.outputs)) + sum(result.state.cell);
             }),
             has_right_gradient_at(Run{drawn({4, 3}, 11), {}, {}, bare}, {.order = 2}));
  CHECK_THAT(([](const Run& in) { return sum(square(gru(in.x, in.weights).outputs)); }),
             has_right_gradient_at(Run{drawn({3, 3}, 12), {}, {}, weights_of(3)}, {.order = 2}));
  const RnnResult none = rnn(zeros({5, 0, 3}, f64), weights_of(1));
  CHECK(none.outputs.shape() == Shape{5, 0, 2});
  CHECK(holds(none.hidden, std::vector<double>(10, 0)));
  CHECK(rnn(ones({2, 3}), {ones({2, 3}), ones({2, 2})}).outputs.dtype() == f32);
}

TEST_CASE("cells: mistakes name the part and what it must be") {
  const Tensor x = zeros({2, 3}), h = zeros({2, 2});
  const auto with = [](auto change) {
    CellWeights w = weights_of(3);
    change(w);
    return w;
  };
  CHECK(sentence<ShapeError>([&] {
          gru_cell(x, h, with([](CellWeights& w) { w.weight_hh = zeros({4, 2}); }));
        }) == "gru_cell: weight_hh is [4, 2]; it must be [3 hidden, hidden]");
  CHECK(sentence<ShapeError>([&] { rnn_cell(x, h, weights_of(3)); }) == "rnn_cell: weight_hh is [6, 2]; it must be [hidden, hidden]");
  CHECK(sentence<ShapeError>([&] { gru_cell(x, h, with([](CellWeights& w) { w.weight_ih = {}; })); }) ==
        "gru_cell: weight_ih is absent; it must be [6, in], as weight_hh is [6, 2]");
  CHECK(sentence<ShapeError>([&] { gru_cell(x, h, with([](CellWeights& w) { w.bias_hh = zeros({2}); })); }) ==
        "gru_cell: bias_hh is [2]; it must be [6]");
  CHECK(sentence<ShapeError>([&] {
          gru_cell(zeros({2, 4}), h, weights_of(3));
        }) == "gru_cell: the input is [2, 4]; its last axis must have size 3, as the weights say");
  CHECK(sentence<ShapeError>([&] {
          gru_cell(x, zeros({2, 3}), weights_of(3));
        }) == "gru_cell: the hidden state is [2, 3]; its last axis must have size 2, as the weights say");
  CHECK(sentence<ShapeError>([&] {
          lstm_cell(x, {h, {}}, weights_of(4));
        }) == "lstm_cell: the cell state is absent; its last axis must have size 2, as the weights say");
  CHECK(sentence<ShapeError>([&] { rnn(zeros({3}), weights_of(1)); }) == "rnn: x is [3]; it must be [..., time, in]");
  CHECK(sentence<ShapeError>([&] {
          rnn(zeros({5, 4, 3}), weights_of(1), {.initial = zeros({2, 2})});
        }) == "rnn: the initial state is [2, 2]; it must broadcast to [5, 2]");
}
