#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

struct Op;
class Record;

/// What a function of tensors did, as calls on numbered values: what is run again, rewritten and compiled. The first values are the
/// inputs. A call's results are numbered one after the other.
class Graph {
 public:
  using Id = std::uint32_t;
  static constexpr Id none = ~Id{0};  ///< of a result that is absent

  struct Value {
    Abstract like;
    Tensor constant;  ///< absent: an input, or a call's result
  };
  struct Call {
    const Op* op;
    const void* params;
    std::source_location where;
    std::vector<Id> in;
    Id first_out;
    std::uint32_t outputs;
  };

  std::vector<Value> values;
  std::size_t inputs = 0;
  std::vector<Call> calls;  ///< each after those whose results it reads
  std::vector<Id> outputs;
  std::vector<std::shared_ptr<const void>> owned;  ///< what parameters lie in

  Id add_value(const Abstract& like) { return values.push_back({like, {}}), static_cast<Id>(values.size() - 1); }
  Id add_constant(Tensor x);

  /// By value: how many times calls and results read it.
  std::vector<std::uint32_t> uses() const;
  /// Leaves out calls none of whose results is read.
  void remove_dead();
  /// Runs the calls on `in`, one after the other; open tapes see them. `uses` is uses().   requires: as many as there are inputs
  std::vector<Tensor> run(std::span<const Tensor> in, std::vector<std::uint32_t> uses) const;
};

/// A graph with the results of the run that it was made of.
struct Traced {
  Graph graph;
  std::vector<Tensor> captured;     ///< what f used that an open tape or a vmap knows: further inputs
  std::vector<Tensor> results;      ///< what f returned
  std::vector<std::uint32_t> uses;  ///< of the graph's values
};

/// Calls f on `in`, tensors that may be abstract, and records what it does. Tapes that are open see nothing of that. With `whole_slopes`,
/// a cotangent times an element-wise slope is one call, which run() makes of several.
/// requires  no input is absent
Traced trace(const std::function<std::vector<Tensor>(std::span<const Tensor>)>& f, std::span<const Tensor> in, bool whole_slopes = false);

}  // namespace descent::inline v1
