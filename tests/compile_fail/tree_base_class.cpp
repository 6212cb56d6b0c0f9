// expect: fields: this type has a base class
#include <descent/autodiff/tree/tree.hpp>

struct Base {
  descent::Tensor weight;
};
struct Model : Base {
  descent::Tensor bias;
};

int main() { return static_cast<int>(descent::tree::leaves(Model{}).size()); }
