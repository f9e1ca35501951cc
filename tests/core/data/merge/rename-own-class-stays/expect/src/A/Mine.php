<?php
class Mine {}
