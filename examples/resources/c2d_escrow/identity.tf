import {
  to = c2d_escrow.study
  identity = {
    escrow = "0x9A676e781A523b5d0C0e43731313A708CB607508"
    token  = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"
    payee  = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
  }
}
