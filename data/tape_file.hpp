#pragma once

#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tape/tape.hpp>

// Tapes as files: a function of tensors as the calls that it made, to be run where the function is not.

namespace descent::inline v1 {

/// What load_tape reads: a function of tensors, to be called, differentiated, batched, recorded and drawn like any.
///
/// ownership  copies share what was read; it is never changed
class LoadedTape {
 public:
  /// The shape and dtype of each input, in the order in which the tape watched them.
  const std::vector<Abstract>& inputs() const;
  std::size_t results() const;

  /// The calls again, on other values.
  /// throws  ValueError: another number of inputs; ShapeError, DtypeError: not those of inputs(); what an op throws
  std::vector<Tensor> operator()(std::span<const Tensor> in, std::source_location where = std::source_location::current()) const;
  std::vector<Tensor> operator()(std::initializer_list<Tensor> in, std::source_location where = std::source_location::current()) const {
    return (*this)(std::span(in.begin(), in.size()), where);
  }

  struct Calls;
  explicit LoadedTape(std::shared_ptr<const Calls> calls) : calls_(std::move(calls)) {}

 private:
  std::shared_ptr<const Calls> calls_;
};

/// Writes a program tape: its calls by name and parameters, its constants, and which of its values are the results.
///
///   Tape tape(Purpose::program);
///   Tensor w = tape.watch(w0);
///   save_tape("cost.safetensors", tape, {cost(w)});
///   ...
///   auto cost = load_tape("cost.safetensors");
///   auto slope = grad([&](const Tensor& w) { return cost({w})[0]; })(w0);
///
/// file    a safetensors file: the constants are its tensors, the calls JSON in its metadata (`descent.tape`). Replaced atomically
/// throws  TapeError: not a program tape, or it does not know a result; ValueError: it holds a function that no file can hold
///         (custom_vjp, custom_jvp, checkpoint), and names its line; FileError
void save_tape(const std::string& path, const Tape& tape, std::span<const Tensor> results,
               std::source_location where = std::source_location::current());
inline void save_tape(const std::string& path, const Tape& tape, std::initializer_list<Tensor> results,
                      std::source_location where = std::source_location::current()) {
  save_tape(path, tape, std::span(results.begin(), results.size()), where);
}

/// throws  FileError; FormatError: no safetensors file, or no tape in it, with what is wrong and in which call
LoadedTape load_tape(const std::string& path);

}  // namespace descent::inline v1
