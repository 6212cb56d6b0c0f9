#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <descent/autodiff/kernels/reduce.hpp>
#include <descent/autodiff/tape/kinds/pointwise.hpp>
#include <descent/autodiff/tape/row_rules.hpp>

// A fused group of calls as a list of instructions that run on one strip after the other: a few hundred elements of each value, which stay
// in the first-level cache. Each instruction is the kernel that the op runs when it is called, so the bits are the same.

namespace descent::inline v1::compiling {

/// How the elements of a value lie in a group's domain, [rows, columns].
enum class Form : std::uint8_t {
  full,    ///< one for each place
  row,     ///< one for each row
  column,  ///< one for each column
  one,     ///< one
};

struct StripProgram {
  /// Where an instruction reads or writes: a tensor of the program's memory, or a piece of scratch that each thread has.
  struct Place {
    std::uint32_t number;
    Form form;
    bool scratch;
    bool wide;             ///< of scratch: it holds a block, piece by piece
    std::uint8_t element;  ///< bytes
  };
  enum class Does : std::uint8_t { map, convert, fold_rows, fold_all, store };

  struct Instruction {
    Does does;
    std::uint8_t arity;
    Place out;  ///< of fold_all: a list of one number for each block
    std::array<Place, kernels::max_operands> in;
    PointwiseRules::Kernel map;
    const void* params;
    RowRules::Kernel fold;
    Dtype from, to;  ///< of convert
  };

  Index rows = 1, columns = 1;
  bool by_rows = false;            ///< strips are whole rows, else pieces of all elements
  Index strip = 0;                 ///< elements of a strip, or rows
  Index per_block = 1;             ///< strips that make a block of a sum
  std::size_t scratch = 0;         ///< bytes a thread needs
  std::vector<std::size_t> slots;  ///< where each piece of scratch begins
  std::vector<Instruction> instructions;

  Index strips() const { return ((by_rows ? rows : rows * columns) + strip - 1) / strip; }
  Index blocks() const { return (strips() + per_block - 1) / per_block; }
  /// Runs all strips, in parallel. `memory`: where each tensor's elements are.
  void run(std::span<std::byte* const> memory) const;
};

}  // namespace descent::inline v1::compiling
