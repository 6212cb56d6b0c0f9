#include <descent/autodiff/compile/small.hpp>

#include <algorithm>

#include <descent/autodiff/kernels/copy.hpp>

namespace descent::inline v1::compiling {

void SmallProgram::add(Instruction instruction, std::span<const Place> places) {
  instruction.places = static_cast<std::uint8_t>(places.size());
  const auto number = static_cast<std::uint32_t>(instructions_.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) (places[i].own ? own_ : given_).push_back({number, i, places[i].at});
  instructions_.push_back(instruction);
}

void SmallProgram::map(PointwiseRules::Kernel kernel, const void* params, const Shape& shape, std::span<const Place> places,
                       std::span<const Shape> operands) {
  Instruction what{.does = shape.numel() == 1 ? Does::map_one : Does::map_level, .n = shape.numel(), .map = kernel, .params = params};
  bool level = true;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].numel() == 1) what.repeated |= static_cast<std::uint8_t>(1U << i);
    else level = level && operands[i].numel() == shape.numel();
  }
  if (!level) {
    what.does = Does::map;
    what.detail = static_cast<std::uint32_t>(broadcasts_.size());
    std::array<const Shape*, kernels::max_operands> pointers{};
    for (std::size_t i = 0; i < operands.size(); ++i) pointers[i] = &operands[i];
    Broadcast& broadcast = broadcasts_.emplace_back();
    kernels::collapse(shape, {pointers.data(), operands.size()}, broadcast.space, broadcast.operands.data());
  }
  add(what, places);
}

void SmallProgram::fold(RowRules::Kernel kernel, const kernels::Reduction& form, const std::array<Place, 2>& places) {
  folds_.push_back({kernel, form});
  add({.does = Does::fold, .detail = static_cast<std::uint32_t>(folds_.size() - 1)}, places);
}
void SmallProgram::convert(Dtype from, Dtype to, Index n, const std::array<Place, 2>& places) {
  conversions_.push_back({from, to});
  add({.does = Does::convert, .detail = static_cast<std::uint32_t>(conversions_.size() - 1), .n = n}, places);
}
void SmallProgram::multiply(const kernels::Product& product, Dtype dtype, const std::array<Place, 3>& places) {
  products_.push_back({product, dtype});
  add({.does = Does::multiply, .detail = static_cast<std::uint32_t>(products_.size() - 1)}, places);
}

void SmallProgram::finish(std::size_t bytes) {
  memory_.resize(bytes + 64);
  std::byte* const first = memory_.data() + (64 - reinterpret_cast<std::uintptr_t>(memory_.data()) % 64) % 64;
  for (const Patch& patch : own_) instructions_[patch.instruction].at[patch.place] = first + patch.at;
}

void SmallProgram::run(std::span<std::byte* const> tensors) {
  for (const Patch& patch : given_) instructions_[patch.instruction].at[patch.place] = tensors[patch.at];
  for (const Instruction& what : instructions_) {
    const auto& at = what.at;
    switch (what.does) {
      case Does::map_one: {
        static constexpr kernels::Space one{};
        kernels::Operand operands[kernels::max_operands];  // of one element a kernel reads the place alone
        for (std::size_t i = 0; i + 1 < what.places; ++i) operands[i].data = at[i + 1];
        what.map(what.params, one, at[0], operands);
        break;
      }
      case Does::map_level: {
        kernels::Operand operands[kernels::max_operands];
        for (std::size_t i = 0; i + 1 < what.places; ++i) {
          operands[i].data = at[i + 1];
          operands[i].strides[0] = (what.repeated >> i & 1U) != 0 ? 0 : 1;
        }
        kernels::Space space;
        space.sizes[0] = space.numel = what.n;
        what.map(what.params, space, at[0], operands);
        break;
      }
      case Does::map: {
        Broadcast& broadcast = broadcasts_[what.detail];
        for (std::size_t i = 0; i + 1 < what.places; ++i) broadcast.operands[i].data = at[i + 1];
        what.map(what.params, broadcast.space, at[0], broadcast.operands.data());
        break;
      }
      case Does::fold: folds_[what.detail].kernel(folds_[what.detail].form, at[1], at[0]); break;
      case Does::convert: kernels::convert(conversions_[what.detail].from, at[1], conversions_[what.detail].to, at[0], what.n); break;
      case Does::multiply: {
        const auto& [product, dtype] = products_[what.detail];
        if (dtype == f64) {
          kernels::matmul(product, reinterpret_cast<const double*>(at[1]), reinterpret_cast<const double*>(at[2]),
                          reinterpret_cast<double*>(at[0]));
        } else {
          kernels::matmul(product, reinterpret_cast<const float*>(at[1]), reinterpret_cast<const float*>(at[2]),
                          reinterpret_cast<float*>(at[0]));
        }
      }
    }
  }
}

}  // namespace descent::inline v1::compiling
