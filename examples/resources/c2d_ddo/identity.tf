import {
  to = c2d_ddo.tumours
  identity = {
    chain_id = 11155111
    address  = "0x7358776DACe83a4b48E698645F32B043481daCBA"
  }
}
