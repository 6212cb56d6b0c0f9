// expect: fields: a union has no fields of its own
#include <descent/autodiff/tree/tree.hpp>

union Either {
  int number;
  float fraction;
};
struct Model {
  Either either;
  descent::Tensor weight;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
