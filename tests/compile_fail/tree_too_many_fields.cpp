// expect: fields: this type has more than 32 fields
#include <descent/autodiff/tree/tree.hpp>

struct Model {
  descent::Tensor a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10;
  descent::Tensor b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10;
  descent::Tensor c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
