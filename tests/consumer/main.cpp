#include <descent/autodiff/base/shape.hpp>

#include <cstdio>

int main() {
  const descent::Shape shape = descent::broadcast("consumer", {2, 1}, {3});
  std::printf("%s\n", descent::to_string(shape).c_str());
  return shape == descent::Shape{2, 3} ? 0 : 1;
}
