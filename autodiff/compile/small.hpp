#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <descent/autodiff/base/pages.hpp>
#include <descent/autodiff/kernels/matmul.hpp>
#include <descent/autodiff/kernels/reduce.hpp>
#include <descent/autodiff/tape/kinds/pointwise.hpp>
#include <descent/autodiff/tape/row_rules.hpp>

// Calls on few elements, in which the way to a kernel costs more than the kernel: a list of kernels with all that can be known beforehand
// set up, whose values lie in one piece of memory. One thread runs it.

namespace descent::inline v1::compiling {

class SmallProgram {
 public:
  /// Where a value lies: in the program's own memory, at an offset; or in a tensor of those given to run().
  struct Place {
    bool own;
    std::size_t at;  ///< the offset, or the tensor's number
  };

  // In the order in which they are to run. The first place is the result's.
  void map(PointwiseRules::Kernel kernel, const void* params, const Shape& shape, std::span<const Place> places,
           std::span<const Shape> operands);
  void fold(RowRules::Kernel kernel, const kernels::Reduction& form, const std::array<Place, 2>& places);
  void convert(Dtype from, Dtype to, Index n, const std::array<Place, 2>& places);
  void multiply(const kernels::Product& product, Dtype dtype, const std::array<Place, 3>& places);
  /// After all of them: the size of its own memory.
  void finish(std::size_t bytes);

  void run(std::span<std::byte* const> tensors);

 private:
  enum class Does : std::uint8_t { map_one, map_level, map, fold, convert, multiply };
  struct Instruction {
    Does does;
    std::uint8_t places = 0;
    std::uint8_t repeated = 0;  ///< of map_level, one bit for each operand: it is one element
    std::uint32_t detail = 0;   ///< the entry of the list below that belongs to what it does
    Index n = 0;
    PointwiseRules::Kernel map = nullptr;
    const void* params = nullptr;
    std::array<std::byte*, 1 + kernels::max_operands> at{};
  };
  struct Broadcast {
    kernels::Space space;
    std::array<kernels::Operand, kernels::max_operands> operands;
  };
  struct Fold {
    RowRules::Kernel kernel;
    kernels::Reduction form;
  };
  struct Conversion {
    Dtype from, to;
  };
  struct Multiplication {
    kernels::Product product;
    Dtype dtype;
  };
  struct Patch {
    std::uint32_t instruction;
    std::uint32_t place;
    std::size_t at;
  };

  void add(Instruction instruction, std::span<const Place> places);

  std::vector<Instruction> instructions_;
  std::vector<Broadcast> broadcasts_;
  std::vector<Fold> folds_;
  std::vector<Conversion> conversions_;
  std::vector<Multiplication> products_;
  std::vector<Patch> own_, given_;  // places that lie in own memory, and in tensors
  std::vector<std::byte, PageAllocator<std::byte>> memory_;
};

}  // namespace descent::inline v1::compiling
