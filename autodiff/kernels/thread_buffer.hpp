#pragma once

#include <cstddef>
#include <memory>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// Memory that each thread keeps, for n elements; one for each Purpose. Cleared when it grows, so that what nobody has written is an
/// ordinary number.
template <class T, class Purpose> T* thread_buffer(Index n) {
  thread_local std::unique_ptr<T[]> memory;
  thread_local Index size = 0;
  if (size < n) {
    memory = std::make_unique<T[]>(static_cast<std::size_t>(n));
    size = n;
  }
  return memory.get();
}

}  // namespace descent::inline v1::kernels
