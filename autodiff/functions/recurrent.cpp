#include <descent/autodiff/functions/recurrent.hpp>

#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

/// A cell's name and how many gates it has.
struct CellKind {
  const char* who;
  Index gates;
};

/// throws ShapeError, and says how many numbers the cell holds
Index checked_hidden(const CellKind& kind, const CellWeights& w, std::source_location where) {
  const auto wrong = [&](const char* name, const Tensor& part, const std::string& wanted) {
    return ShapeError(
        std::string(kind.who) + ": " + name + " is " + (part.absent() ? "absent" : to_string(part.shape())) + "; it must be " + wanted,
        where);
  };
  const std::string gates = kind.gates == 1 ? "" : std::to_string(kind.gates) + " ";
  if (w.weight_hh.absent() || w.weight_hh.rank() != 2 || w.weight_hh.size(0) != kind.gates * w.weight_hh.size(1))
    throw wrong("weight_hh", w.weight_hh, "[" + gates + "hidden, hidden]");
  const Index rows = w.weight_hh.size(0);
  if (w.weight_ih.absent() || w.weight_ih.rank() != 2 || w.weight_ih.size(0) != rows)
    throw wrong("weight_ih", w.weight_ih, "[" + std::to_string(rows) + ", in], as weight_hh is " + to_string(w.weight_hh.shape()));
  for (const auto& [name, bias] : {std::pair{"bias_ih", &w.bias_ih}, std::pair{"bias_hh", &w.bias_hh}})
    if (bias->present() && bias->shape() != Shape{rows}) throw wrong(name, *bias, "[" + std::to_string(rows) + "]");
  return w.weight_hh.size(1);
}

void require_last(const CellKind& kind, const char* what, const Tensor& x, Index size, std::source_location where) {
  if (x.absent() || x.rank() == 0 || x.size(-1) != size)
    throw ShapeError(std::string(kind.who) + ": the " + what + " is " + (x.absent() ? "absent" : to_string(x.shape())) +
                         "; its last axis must have size " + std::to_string(size) + ", as the weights say",
                     where);
}

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  Tensor y = matmul(x, weight, {.transpose_b = true});
  return bias.present() ? std::move(y) + bias : y;
}
Tensor of_input(const Tensor& x, const CellWeights& w) { return affine(x, w.weight_ih, w.bias_ih); }
Tensor of_hidden(const Tensor& h, const CellWeights& w) { return affine(h, w.weight_hh, w.bias_hh); }

/// The steps, given what the input brings, [..., gates hidden].
Tensor rnn_step(const Tensor& in, const Tensor& h, const CellWeights& w, RnnActivation activation) {
  const Tensor sum = in + of_hidden(h, w);
  return activation == RnnActivation::relu ? relu(sum) : tanh(sum);
}
Tensor gru_step(const Tensor& in, const Tensor& h, const CellWeights& w) {
  const std::vector<Tensor> x = split(in, 3, -1), y = split(of_hidden(h, w), 3, -1);
  const Tensor reset = sigmoid(x[0] + y[0]), update = sigmoid(x[1] + y[1]);
  return (1 - update) * tanh(x[2] + reset * y[2]) + update * h;
}
LstmState lstm_step(const Tensor& in, const LstmState& state, const CellWeights& w) {
  const std::vector<Tensor> gate = split(in + of_hidden(state.hidden, w), 4, -1);
  Tensor cell = sigmoid(gate[1]) * state.cell + sigmoid(gate[0]) * tanh(gate[2]);
  Tensor hidden = sigmoid(gate[3]) * tanh(cell);
  return {std::move(hidden), std::move(cell)};
}

/// What the input brings to each step, and the state at the start.
struct Sequence {
  Tensor in;     // [..., time, gates hidden]
  Shape hidden;  // [..., hidden]

  Sequence(const CellKind& kind, const Given& x, const CellWeights& w) {
    const Index size = checked_hidden(kind, w, x.where);
    if (x.x.rank() < 2)
      throw ShapeError(std::string(kind.who) + ": x is " + to_string(x.x.shape()) + "; it must be [..., time, in]", x.where);
    require_last(kind, "input", x.x, w.weight_ih.size(1), x.where);
    in = of_input(x.x, w);
    const Shape shape = x.x.shape();
    hidden = shape.without(shape.rank() - 2).with(shape.rank() - 2, size);
  }
  Index time() const { return in.size(-2); }
  Tensor step(Index t) const {
    std::vector<AxisSlice> at(static_cast<std::size_t>(in.rank() - 1), AxisSlice(Slice{}));
    at.back() = AxisSlice(t);
    return slice(in, at);
  }
  /// The state given, or 0.
  Tensor start(const CellKind& kind, const Tensor& given, std::source_location where) const {
    if (given.absent()) return zeros(hidden, in.dtype());
    if (!broadcasts(given.shape(), hidden) || broadcast(kind.who, given.shape(), hidden) != hidden)
      throw ShapeError(
          std::string(kind.who) + ": the initial state is " + to_string(given.shape()) + "; it must broadcast to " + to_string(hidden),
          where);
    return broadcast_to(given, hidden);
  }
};

/// The state after each step, by `advance(t)`, in the order of time.
template <class F> Tensor outputs_of(const Sequence& sequence, bool reverse, F advance) {
  const Index n = sequence.time();
  if (n == 0) return zeros(sequence.hidden.inserted(sequence.hidden.rank() - 1, 0), sequence.in.dtype());
  std::vector<Tensor> outputs(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) {
    const Index t = reverse ? n - 1 - i : i;
    outputs[static_cast<std::size_t>(t)] = advance(sequence.step(t));
  }
  return stack(outputs, -2);
}

}  // namespace

Tensor rnn_cell(Arg x, Arg hidden, const CellWeights& weights, RnnActivation activation) {
  constexpr CellKind kind{"rnn_cell", 1};
  const Given given(std::move(x)), state(std::move(hidden));
  require_last(kind, "hidden state", state.x, checked_hidden(kind, weights, given.where), given.where);
  require_last(kind, "input", given.x, weights.weight_ih.size(1), given.where);
  return located(given.where, [&] { return rnn_step(of_input(given.x, weights), state.x, weights, activation); });
}

Tensor gru_cell(Arg x, Arg hidden, const CellWeights& weights) {
  constexpr CellKind kind{"gru_cell", 3};
  const Given given(std::move(x)), state(std::move(hidden));
  require_last(kind, "hidden state", state.x, checked_hidden(kind, weights, given.where), given.where);
  require_last(kind, "input", given.x, weights.weight_ih.size(1), given.where);
  return located(given.where, [&] { return gru_step(of_input(given.x, weights), state.x, weights); });
}

LstmState lstm_cell(Arg x, const LstmState& state, const CellWeights& weights) {
  constexpr CellKind kind{"lstm_cell", 4};
  const Given given(std::move(x));
  const Index size = checked_hidden(kind, weights, given.where);
  require_last(kind, "hidden state", state.hidden, size, given.where);
  require_last(kind, "cell state", state.cell, size, given.where);
  require_last(kind, "input", given.x, weights.weight_ih.size(1), given.where);
  return located(given.where, [&] { return lstm_step(of_input(given.x, weights), state, weights); });
}

RnnResult rnn(Arg x, const CellWeights& weights, const RnnOptions& options) {
  constexpr CellKind kind{"rnn", 1};
  const Given given(std::move(x));
  const Sequence sequence(kind, given, weights);
  Tensor state = sequence.start(kind, options.initial, given.where);
  Tensor outputs =
      outputs_of(sequence, options.reverse, [&](const Tensor& in) { return state = rnn_step(in, state, weights, options.activation); });
  return {std::move(outputs), std::move(state)};
}

RnnResult gru(Arg x, const CellWeights& weights, const GruOptions& options) {
  constexpr CellKind kind{"gru", 3};
  const Given given(std::move(x));
  const Sequence sequence(kind, given, weights);
  Tensor state = sequence.start(kind, options.initial, given.where);
  Tensor outputs = outputs_of(sequence, options.reverse, [&](const Tensor& in) { return state = gru_step(in, state, weights); });
  return {std::move(outputs), std::move(state)};
}

LstmResult lstm(Arg x, const CellWeights& weights, const LstmOptions& options) {
  constexpr CellKind kind{"lstm", 4};
  const Given given(std::move(x));
  const Sequence sequence(kind, given, weights);
  LstmState state{sequence.start(kind, options.initial.hidden, given.where), sequence.start(kind, options.initial.cell, given.where)};
  Tensor outputs = outputs_of(sequence, options.reverse, [&](const Tensor& in) {
    state = lstm_step(in, state, weights);
    return state.hidden;
  });
  return {std::move(outputs), std::move(state)};
}

}  // namespace descent::inline v1
