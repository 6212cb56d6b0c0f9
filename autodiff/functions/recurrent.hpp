#pragma once

#include <cstdint>

#include <descent/autodiff/ops/ops.hpp>

// Recurrent cells, and the same along a sequence. Names, gate order and formulas are PyTorch's, so that its weights load as they are.

namespace descent::inline v1 {

/// What a cell of `hidden` numbers knows. `gates` is 1 for rnn, 3 for gru (reset, update, new), 4 for lstm (input, forget, cell, output).
struct CellWeights {
  Tensor weight_ih;  // [gates hidden, in]
  Tensor weight_hh;  // [gates hidden, hidden]
  Tensor bias_ih{};  // [gates hidden], or absent
  Tensor bias_hh{};  // [gates hidden], or absent
};

enum class RnnActivation : std::uint8_t { tanh, relu };
struct LstmState {
  Tensor hidden;
  Tensor cell;
};

/// One step. With i(x) = weight_ih x + bias_ih and h(y) = weight_hh y + bias_hh, cut into gates:
///   rnn    y' = tanh(i(x) + h(y))
///   gru    r, z = sigmoid(i(x) + h(y)); n = tanh(i_n(x) + r h_n(y)); y' = (1 - z) n + z y
///   lstm   in, f, o = sigmoid(i(x) + h(y)), g = tanh(i_g(x) + h_g(y)); cell' = f cell + in g; y' = o tanh(cell')
///
/// shape   x: [..., in]   state: [..., hidden]   ->   [..., hidden]; leading axes broadcast
/// dtype   promoted, floating   grad of any order in all
/// throws  ShapeError: sizes that do not fit
/// source  Elman 1990, "Finding structure in time"; Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder";
///         Hochreiter and Schmidhuber 1997, "Long short-term memory"
Tensor rnn_cell(Arg x, Arg hidden, const CellWeights& weights, RnnActivation activation = RnnActivation::tanh);
Tensor gru_cell(Arg x, Arg hidden, const CellWeights& weights);
LstmState lstm_cell(Arg x, const LstmState& state, const CellWeights& weights);

struct RnnOptions {
  Tensor initial{};      ///< the state before the first step; 0 when absent
  bool reverse = false;  ///< from the last step to the first; outputs stay where their inputs are
  RnnActivation activation = RnnActivation::tanh;
};
struct GruOptions {
  Tensor initial{};
  bool reverse = false;
};
struct LstmOptions {
  LstmState initial{};
  bool reverse = false;
};
struct RnnResult {
  Tensor outputs;  ///< [..., time, hidden]: the state after each step
  Tensor hidden;   ///< [..., hidden]: after the last
};
struct LstmResult {
  Tensor outputs;
  LstmState state;
};
/// The cell along a sequence. The inputs' products are one for all steps.
///
/// shape   x: [..., time, in]   grad and throws as the cells; ShapeError: x has no time axis
/// cost    the tape keeps all steps
RnnResult rnn(Arg x, const CellWeights& weights, const RnnOptions& options = {});
RnnResult gru(Arg x, const CellWeights& weights, const GruOptions& options = {});
LstmResult lstm(Arg x, const CellWeights& weights, const LstmOptions& options = {});

}  // namespace descent::inline v1
