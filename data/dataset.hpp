#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::data {

/// Examples and what is to be learnt from them, row by row.
struct Dataset {
  Tensor inputs;                         ///< [rows, ...]
  Tensor targets;                        ///< i64 [rows], indices into class_names; or [rows, ...] values
  std::vector<std::string> class_names;  ///< empty when the targets are values
};

/// The rows of a set.
/// throws  ShapeError that starts with `who`: inputs and targets differ in rows, or one has no axis;
///         ValueError: one is absent; AbstractError
Index checked_rows(const char* who, const Dataset& set);

struct Split {
  Dataset train, test;
};

/// Two sets of different rows: `fraction` of them (rounded to nearest) to train on, the rest to test with, drawn without order.
/// The same seed gives the same rows. throws ValueError: fraction outside [0, 1]; as checked_rows()
Split split(const Dataset& set, double fraction, std::uint64_t seed);

/// x -> (x - mean) / std, column by column; what it learnt from a training set is applied to any other.
struct Standardiser {
  Tensor mean;  ///< [columns]
  Tensor std;   ///< [columns]; 1 where a column is constant

  /// shape  [rows, columns] -> the same   dtype  the input's, f32 or f64
  /// throws  ShapeError: other columns than it was made from; DtypeError
  Tensor operator()(const Tensor& x) const;
};

/// The mean and the standard deviation (divided by rows) of every column.
///
/// shape   [rows, columns], at least one row   dtype  f32 or f64, summed in f64
/// throws  ShapeError, DtypeError; ValueError: a value that is not finite, with its row and column
Standardiser standardiser(const Tensor& inputs);

/// The rows of x that `index` lists, in its order. requires: every entry in [0, rows)
Tensor take_rows(const Tensor& x, const std::vector<std::int64_t>& index);

/// 0 .. n - 1 in an order that depends on the seed and `draw` alone; every order is equally likely.
std::vector<std::int64_t> shuffled(Index n, std::uint64_t seed, std::uint64_t draw);

}  // namespace descent::inline v1::data
