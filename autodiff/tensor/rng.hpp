#pragma once

#include <cstdint>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

/// Random numbers as a value: a key and a counter of draws. Nothing is global; a draw depends on (key, counter) and the
/// element's place alone, so it does not change with threads, tracing or recomputation. Drawing moves the counter on;
/// copies draw the same numbers. Philox4x32-10 (Salmon et al. 2011); golden numbers are kept from the first release.
///
/// Its tensors are i64 and 0-d: state that a model or a compiled step carries, saves and restores.
struct Rng {
  Buffer key;
  Buffer counter;

  explicit Rng(std::uint64_t seed);
  Rng(Buffer key_, Buffer counter_) : key(std::move(key_)), counter(std::move(counter_)) {}

  static void fields(auto& self, auto&& visit) {
    visit("key", self.key);
    visit("counter", self.counter);
  }
};

}  // namespace descent::inline v1
